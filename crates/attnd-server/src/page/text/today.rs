//! What does Today say?

super::texts! {
    /// The words of Today.
    TodayText

    previous_day() { en: "Previous day", zh: "前一天" }
    next_day() { en: "Next day", zh: "后一天" }
    back_to_today() { en: "Back to today", zh: "回到今天" }

    simulated() {
        en: "Simulated data: made up for a demonstration, recorded from nobody.",
        zh: "模拟数据：为演示而生成，并非任何人的记录。",
    }
    simulated_mark(caption) { en: "{caption} (simulated data)", zh: "{caption}（模拟数据）" }

    headline_today(time, mostly) {
        en: "About {time} at the computer so far today, {mostly}.",
        zh: "今天到现在，您使用电脑约 {time}，{mostly}。",
    }
    headline_today_brief(mostly) {
        en: "Less than a minute at the computer so far today, {mostly}.",
        zh: "今天到现在，您使用电脑还不到一分钟，{mostly}。",
    }
    headline_past(when, time, mostly) {
        en: "You spent about {time} at the computer {when}, {mostly}.",
        zh: "{when}，您使用电脑约 {time}，{mostly}。",
    }
    headline_past_brief(when, mostly) {
        en: "You spent less than a minute at the computer {when}, {mostly}.",
        zh: "{when}，您使用电脑不到一分钟，{mostly}。",
    }
    all_in(application) { en: "all of it in {application}", zh: "全部时间都在 {application}" }
    mostly_one(application) { en: "mostly in {application}", zh: "大部分时间在 {application}" }
    mostly_two(first, second) { en: "mostly in {first} and {second}", zh: "大部分时间在 {first}和 {second}" }
    spread(count, first, second) {
        en: "spread over {count} applications, {first} and {second} the most",
        zh: "分散在 {count} 个应用中，最多的是 {first}和 {second}",
    }
    application_time(name, time) { en: "{name} ({time})", zh: "{name}（{time}）" }

    nothing_at_all() { en: "attnd is running. Nothing has been sensed yet.", zh: "attnd 已在运行，还没有采集到任何内容。" }
    nothing_today() { en: "Nothing has been recorded yet today.", zh: "今天还没有记录。" }
    nothing_today_why() {
        en: "As soon as a watcher sends something, it appears here by itself. Below is what each source sent last.",
        zh: "采集器一有数据，这里会自动显示。下方是各来源最后一次发送的时间。",
    }
    nothing_past(when) { en: "Nothing was recorded {when}.", zh: "{when}没有任何记录。" }
    nothing_past_why() {
        en: "No watcher was running, recording was paused, or the day has been erased.",
        zh: "可能当时没有采集器在运行、记录处于暂停，或该日数据已被删除。",
    }
    last_day(date) { en: "Last recorded: {date}", zh: "最近的记录：{date}" }
    still_to_come(date) { en: "{date} is still to come.", zh: "{date}还没有到来。" }

    between(from, to, gap) {
        en: "From {from} to {to}. For {gap} in between you were away, or nothing was recorded.",
        zh: "从 {from} 到 {to}；其间有 {gap}您不在电脑前，或没有记录。",
    }
    between_whole(from, to) { en: "From {from} to {to}, without a gap.", zh: "从 {from} 到 {to}，中间没有间断。" }
    how() { en: "How this is counted, and how sure it is", zh: "如何计算，有多准确" }
    how_text() {
        en: "A window counts while it is in front and you are not away. A watcher notices that you are away once keys and pointer have been still for a while, and then counts you away from the last touch: reading or watching without touching anything can be missed. That is why the total above is rounded to five minutes; the rows below are good to about a minute each.",
        zh: "窗口处于最前且您没有离开时才计时。键盘和鼠标静止一段时间后，采集器才判断您已离开，并从最后一次操作算起：只看不动的时间可能会漏计。因此上面的总时长取整到五分钟；下面各行大约精确到一分钟。",
    }

    now() { en: "In front now", zh: "当前最前" }
    now_for(time, since) { en: "for {time}, since {since}", zh: "已持续 {time}，从 {since} 开始" }
    now_none() { en: "Nothing at the moment", zh: "目前没有" }
    now_none_why() { en: "You are away, or no watcher is running.", zh: "您不在电脑前，或没有采集器在运行。" }
    now_none_paused() { en: "Recording is paused.", zh: "记录已暂停。" }
    now_paused(until) { en: "Recording is paused until {until}. Nothing is kept meanwhile.", zh: "记录已暂停至 {until}，其间不保留任何内容。" }
    newer() { en: "Show the newest figures", zh: "显示最新数据" }

    timeline() { en: "Through the day", zh: "一天的经过" }
    by_state() { en: "By state", zh: "按状态" }
    state_stretch(from, to, state, time, what) {
        en: "{from} – {to}  {state}, {time}: {what}",
        zh: "{from} – {to}  {state}，{time}：{what}",
    }
    window_of(application, title) { en: "{application} — {title}", zh: "{application} — {title}" }
    state_summary(from, to, parts, sessions, interruptions) {
        en: "Timeline of the day by state, from {from} to {to}: {parts}. Focus sessions: {sessions}. Interruptions: {interruptions}.",
        zh: "当天按状态的时间线，{from} 至 {to}：{parts}。专注时段 {sessions} 段，打断 {interruptions} 次。",
    }
    state_key() {
        en: "A band with its length is a focus session. A tick is an interruption, its bar what focus was left for, its tail the way back. Where stretches are too short to draw singly, the height of a bar is their part of that moment.",
        zh: "带时长的底色块是一段专注。竖线是一次打断，其后的粗条是被什么打断，细尾是回来的过程。太窄而画不出的条合并显示，高度表示所占的比例。",
    }
    state() { en: "State", zh: "状态" }
    mostly() { en: "Mostly", zh: "主要在" }
    tell_focus() { en: "Say what is work, in Activities", zh: "到“活动”页说明哪些是工作" }

    sessions() { en: "Focus sessions", zh: "专注时段" }
    session_time() { en: "When", zh: "时间" }
    session_interruptions() { en: "Interruptions", zh: "打断" }
    none() { en: "none", zh: "无" }
    sessions_how() {
        en: "15 minutes or more, three quarters of it in focus categories, no pause or other thing over 4 minutes.",
        zh: "至少 15 分钟，其中四分之三以上属于专注类别，停顿或其他事都不超过 4 分钟。",
    }

    interruptions() { en: "Interruptions", zh: "打断" }
    interruptions_one_at_once() { en: "One, which led straight back.", zh: "1 次，之后直接回到原来的事。" }
    interruptions_few_at_once(count) {
        en: "{count} of them. Half led straight back.",
        zh: "共 {count} 次，一半之后直接回到原来的事。",
    }
    interruptions_many_at_once(count, upper) {
        en: "{count} of them. Half led straight back; after a quarter the way back took {upper} or more.",
        zh: "共 {count} 次，一半之后直接回到原来的事；四分之一用了 {upper}以上才回来。",
    }
    interruptions_most_at_once(count) {
        en: "{count} of them. Three quarters or more led straight back.",
        zh: "共 {count} 次，四分之三以上之后直接回到原来的事。",
    }
    at_once() { en: "at once", zh: "立即" }
    at_most(length) { en: "≤ {length}", zh: "≤ {length}" }
    interruptions_one(median) { en: "One. After it, the way back took {median}.", zh: "1 次，之后用了 {median}才回到原处。" }
    interruptions_few(count, median) {
        en: "{count} of them. The way back took {median} in the median.",
        zh: "共 {count} 次。回到原处所用时间的中位数是 {median}。",
    }
    interruptions_many(count, median, lower, upper) {
        en: "{count} of them. The way back took {median} in the median; half of them between {lower} and {upper}.",
        zh: "共 {count} 次。回到原处所用时间的中位数是 {median}；一半在 {lower}到 {upper}之间。",
    }
    interruptions_how() {
        en: "Told from windows: a focus category was left for something else for under 15 minutes, and came back. Whether it came from outside or from you is not known; a pause to think in front of another window counts too. On simulated days, where the truth is known, half of those found were interruptions, and five in six interruptions were found.",
        zh: "由窗口判断：离开专注类别去做别的事，不到 15 分钟又回来。来自外界还是出于自己无从得知；对着别的窗口思考也会算在内。在真相已知的模拟日子里，所找到的约有一半确是打断，六次打断中有五次被找到。",
    }
    interruptions_longest(count) { en: "The {count} longest", zh: "最长的 {count} 次" }
    interruptions_all(count) { en: "All {count} as a table", zh: "以表格列出全部 {count} 次" }
    stretches_longest_of(count, all) { en: "The {count} longest of {all} as a table", zh: "以表格列出 {all} 次中最长的 {count} 次" }
    left_at() { en: "Left at", zh: "离开于" }
    left_what() { en: "Left", zh: "离开了" }
    left_for() { en: "For", zh: "去做" }
    handling() { en: "How long", zh: "多久" }
    report_of_day() { en: "Report of this day, as a file to keep or send", zh: "当天的报告，保存或分享用的文件" }
    back_after() { en: "Way back", zh: "回来用时" }
    lag_strip(median) {
        en: "Each dot is one way back, from a second at the left to hours at the right; the line is the median, {median}.",
        zh: "每个点是一次回到原处所用的时间，左端为 1 秒，越往右越长；竖线是中位数 {median}。",
    }

    measures() { en: "In numbers", zh: "数字" }
    level() { en: "Changes of", zh: "切换" }
    level_window() { en: "Window", zh: "窗口" }
    level_work() { en: "Piece of work", zh: "工作内容" }
    switches() { en: "Times", zh: "次数" }
    per_hour() { en: "Per hour", zh: "每小时" }
    dwell() { en: "Median stay", zh: "停留中位数" }
    measure_focus() { en: "Time in focus categories", zh: "专注类别的时间" }
    measure_focus_note(within) { en: "{within} of it within focus sessions", zh: "其中 {within}在专注时段内" }
    measure_deep() { en: "Deep work", zh: "深度工作" }
    measure_deep_note() { en: "of active time, in sessions of 25, 60 and 120 min or more", zh: "占使用时间，分别指至少 25、60、120 分钟的专注时段" }
    measure_longest() { en: "Longest session", zh: "最长专注" }
    measure_longest_note() { en: "of active time", zh: "占使用时间" }
    measure_fragmentation() { en: "Fragmentation", zh: "碎片化" }
    measure_fragmentation_note() { en: "0 is one block, near 1 many small ones", zh: "0 为一整块，接近 1 为许多碎块" }
    measure_entropy() { en: "Spread over categories", zh: "类别分散度" }
    measure_entropy_note() { en: "0 is one category, 1 all equally", zh: "0 为只有一个类别，1 为各类均等" }
    measure_moves() { en: "Spread of moves", zh: "切换分散度" }
    measure_moves_note() { en: "0 is always the same move, 1 any as often", zh: "0 为总是同一种切换，1 为各种切换均等" }
    measure_own() { en: "Without a cue", zh: "无外因切换" }
    measure_own_note() { en: "of changes had no notification in the 30 s before", zh: "的切换在之前 30 秒内没有通知" }
    measure_breaks() { en: "Breaks", zh: "休息" }
    breaks_value(count, time) { en: "{count}, together {time}", zh: "{count} 次，共 {time}" }
    measure_breaks_note() { en: "away for 3 to 30 min", zh: "离开 3 至 30 分钟" }
    measure_unbroken() { en: "Longest without a break", zh: "最长无休息" }
    measure_unbroken_note(from, to) { en: "{from} – {to}", zh: "{from} – {to}" }
    formulas() { en: "How these are computed", zh: "这些数字如何计算" }
    formula_switches() {
        en: "Changes per hour: how often what is in front differs from what was before, divided by active hours. A piece of work is the project an editor names, kept while other focus categories serve it. Meyer et al., IEEE TSE 2017, doi 10.1109/TSE.2017.2656886.",
        zh: "每小时切换：当前内容与之前不同的次数，除以使用小时数。“工作内容”指编辑器中的项目，其他专注类别为其服务时仍算同一项。Meyer 等，IEEE TSE 2017，doi 10.1109/TSE.2017.2656886。",
    }
    formula_dwell() {
        en: "Median stay: half of the stays were shorter. A mean would mislead, for stays are log-normal.",
        zh: "停留中位数：一半的停留比它短。停留时间近似对数正态，平均值会误导。",
    }
    formula_deep() {
        en: "Deep work: Σ(sessions ≥ L) / T for L of 25, 60 and 120 min; longest session: max / T; T is active time.",
        zh: "深度工作：Σ（≥ L 的专注时段）/ T，L 为 25、60、120 分钟；最长专注：最大值 / T；T 为使用时间。",
    }
    formula_fragmentation() {
        en: "Fragmentation: 1 − Σ bⱼ² / T², over focus sessions and, outside them, runs of one category (Simpson's index).",
        zh: "碎片化：1 − Σ bⱼ² / T²，对各专注时段及其外同一类别的各段求和（辛普森指数）。",
    }
    formula_entropy() {
        en: "Spread: H / ln K with H = −Σ pₖ ln pₖ over the shares of K categories, or of the moves between them. Benbunan-Fich, ICIS 2011.",
        zh: "分散度：H / ln K，H = −Σ pₖ ln pₖ，对 K 个类别的占比（或类别间的切换）求和。Benbunan-Fich，ICIS 2011。",
    }
    formula_lag() {
        en: "Way back: from the end of what focus was left for to being back in what was left. Iqbal & Horvitz, CHI 2007.",
        zh: "回来用时：从打断结束到回到原来的事。Iqbal 与 Horvitz，CHI 2007。",
    }
    by_application() { en: "By application", zh: "按应用" }
    by_category() { en: "By category", zh: "按类别" }
    strip_summary(from, to, stretches, first, first_time) {
        en: "Timeline of the day from {from} to {to} in {stretches} stretches; most time in {first}, {first_time}.",
        zh: "当天 {from} 至 {to} 的时间线，共 {stretches} 段；最多的是 {first}，{first_time}。",
    }
    strip_keys() { en: "Timeline. The arrow keys move through it.", zh: "时间线，可用方向键逐段移动。" }
    strip_hint() {
        en: "Point at or tap a stretch to read it; or focus the timeline and press ← →.",
        zh: "指向或轻触某一段即可查看，也可聚焦时间线后按 ← →。",
    }
    strip_binned() {
        en: "There are too many stretches to draw singly: the height of a bar is the part of its few minutes that went there.",
        zh: "片段太多，无法逐一画出：条的高度表示该几分钟内所占的比例。",
    }
    stretch(from, to, name, time) { en: "{from} – {to}  {name}, {time}", zh: "{from} – {to}  {name}，{time}" }
    stretch_mixed(from, to, parts) { en: "{from} – {to}  {parts}", zh: "{from} – {to}  {parts}" }
    stretch_part(name, time) { en: "{name} {time}", zh: "{name} {time}" }
    stretch_comma() { en: ", ", zh: "，" }
    stretches_one() { en: "The one stretch as a table", zh: "以表格列出这一段" }
    stretches_all(count) { en: "All {count} stretches as a table", zh: "以表格列出全部 {count} 段" }
    stretches_longest(count, all) {
        en: "The {count} longest of {all} stretches as a table",
        zh: "以表格列出 {all} 段中最长的 {count} 段",
    }
    other(count) { en: "Others ({count})", zh: "其他（{count} 个）" }

    applications() { en: "Applications", zh: "应用" }
    application() { en: "Application", zh: "应用" }
    categories() { en: "Categories", zh: "类别" }
    category() { en: "Category", zh: "类别" }
    uncategorised() { en: "Not in a category", zh: "未分类" }
    time() { en: "Time", zh: "时长" }
    share() { en: "Share", zh: "占比" }
    from() { en: "From", zh: "起" }
    to() { en: "To", zh: "止" }
    length() { en: "Length", zh: "时长" }
    title() { en: "Title", zh: "标题" }
    untitled() { en: "no title", zh: "无标题" }
    unnamed() { en: "Unknown application", zh: "未知应用" }

    start_heading() { en: "How to begin", zh: "如何开始" }
    start_watch() {
        en: "Sense the window in front and whether you are there. Never keystrokes, never the screen.",
        zh: "采集最前的窗口以及您是否在电脑前；从不记录按键内容，也不截屏。",
    }
    start_service() { en: "Have the daemon and the watcher start with your session.", zh: "让守护进程和采集器随会话自动启动。" }
    start_import() {
        en: "Bring your history from ActivityWatch. Its watchers also work as they are: they find attnd on the same port.",
        zh: "从 ActivityWatch 带来历史数据。它的采集器无需改动，会在同一端口找到 attnd。",
    }
    start_after() {
        en: "This page fills by itself within a few seconds. Run attnd doctor if it does not.",
        zh: "几秒钟后此页面会自动出现内容。若没有，请运行 attnd doctor。",
    }

    recording() { en: "Recording", zh: "记录" }
    recording_on() {
        en: "Recording is on. While it is paused, nothing that is sent is kept.",
        zh: "正在记录。暂停期间收到的内容一概不保留。",
    }
    pause_for() { en: "Pause for", zh: "暂停" }
    pause_5() { en: "5 min", zh: "5 分钟" }
    pause_30() { en: "30 min", zh: "30 分钟" }
    pause_60() { en: "1 hour", zh: "1 小时" }
    pause_day() { en: "Rest of the day", zh: "今天剩余时间" }
    resume() { en: "Resume now", zh: "立即恢复" }

    pairing() { en: "An extension asks", zh: "扩展请求" }
    pairing_asks(origin) { en: "{origin} asks to send what you see in the browser.", zh: "{origin} 请求发送您在浏览器中查看的内容。" }
    pairing_into(origin, bucket) { en: "{origin} asks to send to {bucket}.", zh: "{origin} 请求向 {bucket} 发送数据。" }
    pairing_note() {
        en: "Allow it only if you have just installed it yourself. It can send, and read nothing.",
        zh: "仅当是您刚刚亲自安装的扩展时才允许。它只能发送，不能读取任何内容。",
    }
    allow() { en: "Allow", zh: "允许" }
    refuse() { en: "Refuse", zh: "拒绝" }

    sources() { en: "Sources", zh: "来源" }
    source() { en: "Source", zh: "来源" }
    senses() { en: "What it senses", zh: "采集内容" }
    last_seen() { en: "Last seen", zh: "最后出现" }
    never() { en: "never", zh: "从未" }
    kind_window() { en: "windows", zh: "窗口" }
    kind_away() { en: "present or away", zh: "在场或离开" }
    kind_web() { en: "browser tabs", zh: "浏览器标签页" }
    kind_editor() { en: "files in an editor", zh: "编辑器中的文件" }
    kind_input() { en: "rhythm of keys and pointer", zh: "键鼠节奏" }
}
