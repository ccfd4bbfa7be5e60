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
