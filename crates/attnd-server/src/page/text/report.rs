//! What does a report say?

super::texts! {
    /// The words of a report: a file to read and to send.
    ReportText

    title(period) { en: "Attention: {period}", zh: "注意力报告：{period}" }
    week(number, year) { en: "week {number} of {year}", zh: "{year}年第{number}周" }
    month(month, year) { en: "{month} {year}", zh: "{year}年{month}" }
    period_between(from, to) { en: "{from} – {to}", zh: "{from} – {to}" }
    simulated() {
        en: "Simulated data: made up for a demonstration, recorded from nobody.",
        zh: "模拟数据：为演示而生成，并非任何人的记录。",
    }

    nothing() { en: "Nothing was recorded in this time.", zh: "这段时间没有任何记录。" }
    nothing_why() {
        en: "No watcher was running, recording was paused, the days are still to come, or they have been erased.",
        zh: "可能当时没有采集器在运行、记录处于暂停、日期尚未到来，或数据已被删除。",
    }
    one_day() { en: "one day", zh: "1 天" }
    days(count) { en: "{count} days", zh: "{count} 天" }
    focus_one(time, longest_day) {
        en: "You had {time} of focus, in one piece, on {longest_day}.",
        zh: "您有 {time}的专注，集中在{longest_day}的一段。",
    }
    focus_many(time, days, count, longest, longest_day) {
        en: "You had {time} of focus over {days}, in {count} pieces; the longest, {longest}, on {longest_day}.",
        zh: "{days}里您有 {time}的专注，分成 {count} 段；最长的一段 {longest}，在{longest_day}。",
    }
    no_session(focus) {
        en: "There was no focus session: {focus} went to focus work, in pieces too short or too mixed to make one.",
        zh: "没有成段的专注：{focus}用在了专注类的事上，但片段太短或太零散。",
    }
    no_focus(active) {
        en: "There was no focus session: none of the {active} at the computer went to a focus category.",
        zh: "没有成段的专注：使用电脑的 {active}都不在专注类别中。",
    }

    timeline() { en: "How the time went", zh: "时间的经过" }
    timeline_day() {
        en: "Each bar is a stretch of one kind, in local time.",
        zh: "每一条是一段同类时间，按当地时间排列。",
    }
    timeline_days() {
        en: "A row is a day; in each step of it, the height of a colour is that state's part of the time.",
        zh: "每行一天；每一格中，颜色的高度表示该状态所占的时间比例。",
    }
    timeline_description(from, to, totals) { en: "From {from} to {to}: {totals}.", zh: "{from} 至 {to}：{totals}。" }
    moment(date, clock) { en: "{date}, {clock}", zh: "{date} {clock}" }
    total(state, time) { en: "{state} {time}", zh: "{state} {time}" }
    comma() { en: ", ", zh: "，" }
    strip_key(focus, shallow, switching, interrupted, away) {
        en: "Letters: F {focus}, s {shallow}, x {switching}, i {interrupted}, . {away}",
        zh: "字母含义：F {focus}，s {shallow}，x {switching}，i {interrupted}，. {away}",
    }
    focus() { en: "Focus", zh: "专注" }
    shallow() { en: "Shallow", zh: "浅层" }
    switching() { en: "Switching", zh: "频繁切换" }
    interrupted() { en: "Interrupted", zh: "被打断" }
    away() { en: "Away", zh: "离开" }

    trend() { en: "Day by day", zh: "逐日变化" }
    trend_note() {
        en: "The bar is time at the computer, its solid part focus. Days on which nothing was recorded are empty.",
        zh: "横条表示使用电脑的时间，其中实色部分为专注。没有记录的日子留空。",
    }
    day() { en: "Day", zh: "日期" }
    bar() { en: "Focus in active time", zh: "专注占比图" }

    habits() { en: "Hour and weekday", zh: "小时与星期" }
    habits_note() {
        en: "Minutes of focus in an ordinary hour of this weekday, over the days on which anything was recorded. The deeper the colour, the more.",
        zh: "该星期、该小时平均有多少分钟专注，只计有记录的日子。颜色越深，专注越多。",
    }
    weekday() { en: "Weekday", zh: "星期" }

    sessions() { en: "Focus sessions", zh: "专注时段" }
    sessions_none() { en: "There was none.", zh: "没有。" }
    sessions_longest(count, all) { en: "The {count} longest of {all}.", zh: "{all} 段中最长的 {count} 段。" }
    from() { en: "From", zh: "起" }
    to() { en: "To", zh: "止" }
    length() { en: "Length", zh: "时长" }
    focus_time() { en: "In focus", zh: "专注时间" }
    mostly_on() { en: "Mostly on", zh: "主要内容" }
    mostly_in() { en: "Mostly in", zh: "主要应用" }
    interruptions() { en: "Interruptions", zh: "打断" }

    interruptions_none(most) {
        en: "There was none: no focus was left for another category and come back to within {most}.",
        zh: "没有：没有离开专注去做别的、又在 {most} 内回来的情况。",
    }
    interruptions_by() { en: "What focus was left for, and how long it took to be back.", zh: "专注被什么打断，以及多久才回来。" }
    left_for() { en: "Left for", zh: "打断来源" }
    through() { en: "Through", zh: "应用" }
    times() { en: "Times", zh: "次数" }
    handling() { en: "Time there", zh: "花费时间" }
    resume_lag_median() { en: "Median time to be back", zh: "恢复用时中位数" }

    went_to() { en: "What the time went to", zh: "时间用在哪里" }
    category() { en: "Category", zh: "类别" }
    application() { en: "Application", zh: "应用" }
    time() { en: "Time", zh: "时长" }
    share() { en: "Share", zh: "占比" }
    uncategorized() { en: "Not in a category", zh: "未分类" }
    unnamed() { en: "Unknown application", zh: "未知应用" }
    others(count) { en: "Others ({count})", zh: "其他（{count} 个）" }

    measures() { en: "Measures, and how they are computed", zh: "各项指标及其计算方法" }
    measure() { en: "Measure", zh: "指标" }
    value() { en: "Value", zh: "数值" }
    computed() { en: "How it is computed", zh: "计算方法" }
    none() { en: "none", zh: "无" }
    per_hour(number) { en: "{number} per h", zh: "每小时 {number} 次" }
    quartiles(median, lower, upper) {
        en: "{median} (half between {lower} and {upper})",
        zh: "{median}（一半在 {lower} 与 {upper} 之间）",
    }
    time_and_share(time, share) { en: "{time} ({share})", zh: "{time}（{share}）" }

    active() { en: "Time at the computer", zh: "使用电脑时间" }
    active_how() {
        en: "A window was in front and you were not away; every share below is of this time.",
        zh: "有窗口在最前且您没有离开的时间；下面的占比都以此为总数。",
    }
    focus_how() { en: "Time in the categories marked as focus.", zh: "标记为专注的类别所用的时间。" }
    in_sessions() { en: "Time in focus sessions", zh: "专注时段内的时间" }
    session_how(least, share, pause) {
        en: "A session lasts {least} or more, {share} of it in focus categories; it ends with more than {pause} of pause or other things at once.",
        zh: "一段至少 {least}，其中 {share} 属于专注类别；一次超过 {pause} 的停顿或做别的事即告结束。",
    }
    in_sessions_how() { en: "All of the sessions, with what else is in them.", zh: "所有专注时段的总长，包括其中的其他事。" }
    longest_session() { en: "Longest session", zh: "最长专注时段" }
    longest_how() { en: "The longest session, and its share of active time.", zh: "最长的一段，及其在使用时间中的占比。" }
    deep_work(least) { en: "Deep work of {least} or more", zh: "{least} 以上的深度工作" }
    deep_work_how(least) {
        en: "Time in sessions of {least} or more, as a share of active time.",
        zh: "{least} 以上的专注时段所占使用时间的比例。",
    }
    switching_between() { en: "Switches", zh: "切换" }
    switching_note() {
        en: "Changes from one to another in an hour of active time, and the median time without a change; a mean would be ruled by the few long ones.",
        zh: "每小时使用时间内从一个换到另一个的次数，以及两次切换之间时间的中位数；平均值会被少数很长的时段左右。",
    }
    between() { en: "Between", zh: "层级" }
    switches() { en: "Switches", zh: "切换" }
    stay() { en: "Median stay", zh: "停留中位数" }
    windows() { en: "Windows", zh: "窗口" }
    level_applications() { en: "Applications", zh: "应用" }
    level_categories() { en: "Categories", zh: "类别" }
    work() { en: "Pieces of work", zh: "工作内容" }
    category_switches() { en: "Switches of category", zh: "类别切换" }
    interruption_how(least, most) {
        en: "Leaving a focus context that had lasted {least} for another category, and being back within {most}.",
        zh: "离开持续至少 {least} 的专注去往其他类别，并在 {most} 内回来。",
    }
    resume_lag() { en: "Time to be back", zh: "恢复用时" }
    resume_lag_how() {
        en: "From the end of what focus was left for until it is back; the median, and the middle half.",
        zh: "从打断之事结束到重新回到专注的时间；中位数及中间一半的范围。",
    }
    self_interruption() { en: "Switches of one's own", zh: "自发切换" }
    self_interruption_how(window) {
        en: "Share of switches without a notification in the {window} before.",
        zh: "之前 {window} 内没有通知的切换所占比例。",
    }
    breaks() { en: "Breaks", zh: "休息" }
    breaks_value(count, time) { en: "{count}, {time} together", zh: "{count} 次，共 {time}" }
    breaks_how(least, most) { en: "Absences of {least} to {most}.", zh: "离开 {least} 至 {most}。" }
    unbroken() { en: "Longest without a break", zh: "最长连续使用" }
    unbroken_how(least) {
        en: "The longest stretch without an absence of {least}.",
        zh: "其间没有离开达 {least} 的最长一段。",
    }
    fragmentation() { en: "Fragmentation", zh: "碎片化程度" }
    fragmentation_how() {
        en: "1 − Σ(bⱼ/T)² over the blocks bⱼ of active time T: focus sessions, and outside them runs of one category. 0 is a single block, near 1 is many small ones.",
        zh: "对使用时间 T 的各段 bⱼ（专注时段，以及其外同一类别的连续时段）计算 1 − Σ（bⱼ/T）²。0 表示一整段，接近 1 表示许多小段。",
    }
    variety() { en: "Variety of categories", zh: "类别分散程度" }
    variety_how() {
        en: "Entropy of the categories' shares of time, divided by its greatest value: 0 is one category, 1 is all alike.",
        zh: "各类别时间占比的熵除以其最大值：0 表示只有一类，1 表示各类均等。",
    }
    transitions() { en: "Variety of transitions", zh: "切换方向分散程度" }
    transitions_how() {
        en: "The same, over the moves from one category to the next.",
        zh: "同上，按类别之间的切换计算。",
    }
    uncategorized_how() {
        en: "Nobody has said where it belongs; it counts as no focus.",
        zh: "尚未归入任何类别的时间，不计为专注。",
    }

    what() { en: "What", zh: "项目" }
    about() { en: "About this report", zh: "关于本报告" }
    period() { en: "Period", zh: "时段" }
    zone() { en: "Time zone", zh: "时区" }
    generated() { en: "Made", zh: "生成时间" }
    recorded_days() { en: "Days with records", zh: "有记录的天数" }
    contents() { en: "It names", zh: "包含的名称" }
    names_categories() {
        en: "categories only: no application, site, title or file",
        zh: "仅类别名称，不含应用、网站、标题或文件",
    }
    names_applications() {
        en: "categories and applications: no site, title or file",
        zh: "类别和应用名称，不含网站、标题或文件",
    }
    made_by() { en: "Made by", zh: "生成工具" }
    not_over() { en: "The period is not over yet.", zh: "该时段尚未结束。" }
}
