//! What does Flow say?

super::texts! {
    /// The words of Flow.
    FlowText

    title() { en: "Flow", zh: "流向" }
    period() { en: "Period", zh: "时间段" }
    unit_day() { en: "Day", zh: "日" }
    unit_week() { en: "Week", zh: "周" }
    unit_weeks() { en: "Four weeks", zh: "四周" }
    unit_month() { en: "Month", zh: "月" }
    unit_quarter() { en: "Quarter", zh: "季" }
    unit_year() { en: "Year", zh: "年" }
    previous() { en: "The period before", zh: "前一段" }
    next() { en: "The period after", zh: "后一段" }
    back_to_present() { en: "Back to the present", zh: "回到现在" }
    from() { en: "From", zh: "起" }
    to() { en: "To", zh: "止" }
    show() { en: "Show", zh: "显示" }
    other_dates() { en: "Other dates", zh: "其他日期" }
    cut() {
        en: "At most a year is shown at once: this is the last year of the dates asked for.",
        zh: "一次最多显示一年：这里是所选日期中的最后一年。",
    }
    key_units() { en: "Day, week, four weeks, month, quarter, year", zh: "日、周、四周、月、季、年" }
    key_previous() { en: "The period before", zh: "前一段" }
    key_next() { en: "The period after", zh: "后一段" }
    key_cursor() { en: "On the timeline: move through it", zh: "在时间线上：逐段移动" }
    key_zoom() { en: "On the timeline: closer, further, all of it", zh: "在时间线上：放大、缩小、全部" }

    month_name(month, year) { en: "{month} {year}", zh: "{year}年{month}" }
    quarter_name(number, year) { en: "Quarter {number} of {year}", zh: "{year}年第{number}季度" }
    year_name(year) { en: "{year}", zh: "{year}年" }
    dates_days(from, to, month, year) { en: "{from} – {to} {month} {year}", zh: "{year}年{month}{from}日 – {to}日" }
    dates_months(from, from_month, to, to_month, year) {
        en: "{from} {from_month} – {to} {to_month} {year}",
        zh: "{year}年{from_month}{from}日 – {to_month}{to}日",
    }
    dates_years(from, from_month, from_year, to, to_month, to_year) {
        en: "{from} {from_month} {from_year} – {to} {to_month} {to_year}",
        zh: "{from_year}年{from_month}{from}日 – {to_year}年{to_month}{to}日",
    }
    day_short(day, month) { en: "{day} {month}", zh: "{month}{day}日" }
    weekday_day_short(weekday, day, month) { en: "{weekday} {day} {month}", zh: "{month}{day}日{weekday}" }

    when_today() { en: "So far today", zh: "今天到现在" }
    when_day(date) { en: "On {date}", zh: "{date}" }
    when_four_weeks() { en: "Over these four weeks", zh: "这四周里" }
    when_this_week() { en: "So far this week", zh: "本周到现在" }
    when_so_far(name) { en: "So far in {name}", zh: "{name}到现在" }
    when_in(name) { en: "In {name}", zh: "{name}" }
    when_dates(name) { en: "Over {name}", zh: "{name}" }
    focus_typical(when, median, lower, upper) {
        en: "{when} you had {median} of focus on a typical day (between {lower} and {upper} on half of the days)",
        zh: "{when}，您一天的专注时间通常为 {median}（一半的日子在 {lower}到 {upper}之间）",
    }
    focus_rare(when, upper) {
        en: "{when} half of the days had no focus session; a quarter had {upper} of focus or more",
        zh: "{when}，一半的日子没有专注时段，四分之一的日子专注 {upper}以上",
    }
    no_time() { en: "nothing", zh: "0 分钟" }
    focus_few(when, least, most) {
        en: "{when} you had between {least} and {most} of focus a day",
        zh: "{when}，您每天的专注时间在 {least}到 {most}之间",
    }
    focus_one(when, time) { en: "{when} you had {time} of focus", zh: "{when}，您的专注时间为 {time}" }
    focus_none(when, active, least) {
        en: "{when} you spent {active} at the computer, without a focus session of {least} or more",
        zh: "{when}，您使用电脑 {active}，没有达到 {least}的专注时段",
    }
    mostly(from, to) { en: ", mostly between {from}:00 and {to}:00", zh: "，大多在 {from} 点到 {to} 点之间" }
    back_within(lag) {
        en: "; coming back from an interruption took {lag} or less, half of the time",
        zh: "；被打断后，有一半在 {lag}之内回到原来的事",
    }
    back_at_once() {
        en: "; half of the interruptions led straight back",
        zh: "；有一半的打断之后直接回到原来的事",
    }
    stop() { en: ".", zh: "。" }
    nothing(when) { en: "{when} nothing was recorded.", zh: "{when}没有任何记录。" }
    nothing_why() {
        en: "No watcher was running, recording was paused, or these days have been erased.",
        zh: "可能当时没有采集器在运行、记录处于暂停，或这些日子的数据已被删除。",
    }
    nothing_yet(name) { en: "{name} is still to come.", zh: "{name}还没有到来。" }
    nearest(name) { en: "The nearest with records: {name}", zh: "最近有记录的一段：{name}" }
    recorded(days, all, active) {
        en: "Something was recorded on {days} of {all} days: {active} at the computer.",
        zh: "{all} 天中有 {days} 天有记录，使用电脑共 {active}。",
    }
    recorded_day(active) { en: "{active} at the computer.", zh: "使用电脑 {active}。" }
    uncategorised_share(share) {
        en: "{share} of it is in no category and not counted as focus, so there may have been more.",
        zh: "其中 {share} 未分类，没有计入专注，实际可能更多。",
    }

    timeline() { en: "Through this time", zh: "时间的经过" }
    state_focus() { en: "Focus", zh: "专注" }
    state_shallow() { en: "Shallow", zh: "浅层" }
    state_switching() { en: "Switching", zh: "频繁切换" }
    state_interrupted() { en: "Interrupted", zh: "被打断" }
    state_away() { en: "Away", zh: "离开" }
    timeline_summary(from, to, parts) {
        en: "Time from {from} to {to}: {parts}.",
        zh: "从 {from}到 {to}的时间：{parts}。",
    }
    part(name, time) { en: "{name} {time}", zh: "{name} {time}" }
    comma() { en: ", ", zh: "，" }
    scale(top, length) { en: "The upper edge is {top} of each {length}.", zh: "上缘为每{length}中的 {top}。" }
    scale_full(length) { en: "A full column is {length}.", zh: "满格为 {length}。" }
    at_once() { en: "at once", zh: "立即" }
    report_of_week() { en: "Report of this week, as a file to keep or send", zh: "这一周的报告，保存或分享用的文件" }
    report_of_month() { en: "Report of this month, as a file to keep or send", zh: "这个月的报告，保存或分享用的文件" }
    report_of_day() { en: "Report of this day, as a file to keep or send", zh: "当天的报告，保存或分享用的文件" }
    at_most(length) { en: "≤ {length}", zh: "≤ {length}" }
    a_day() { en: "day", zh: "天" }
    readout(from, to, parts) { en: "{from} – {to}  {parts}", zh: "{from} – {to}  {parts}" }
    readout_nothing() { en: "nothing recorded", zh: "没有记录" }
    readout_interruption(at, application, handling, lag) {
        en: "{at}  Interrupted by {application} for {handling}; {lag} to come back",
        zh: "{at}  被 {application} 打断 {handling}，{lag}后回到原来的事",
    }
    zoomed(from, to) { en: "Now from {from} to {to}.", zh: "现在显示 {from} 到 {to}。" }
    zoom_failed() {
        en: "The closer view could not be fetched. Is the daemon running? Try attnd doctor.",
        zh: "无法取得放大后的数据。守护进程在运行吗？可运行 attnd doctor 检查。",
    }
    zoom_out() { en: "All of it", zh: "全部" }
    hint() {
        en: "Drag to look closer. Or focus the timeline: ← → to move, + and − to zoom, Esc for all of it.",
        zh: "拖动可放大。也可聚焦时间线：← → 移动，+ 和 − 缩放，Esc 显示全部。",
    }
    hint_touch() {
        en: "Tap to read a moment; spread two fingers to look closer.",
        zh: "轻触可查看某一时刻；两指张开可放大。",
    }
    timeline_keys() {
        en: "Timeline. Arrow keys move through it, plus and minus zoom, Escape shows all of it.",
        zh: "时间线。方向键移动，加减号缩放，Esc 显示全部。",
    }
    by_hour() { en: "Hour by hour as a table", zh: "以表格逐小时列出" }
    by_day() { en: "Day by day as a table", zh: "以表格逐日列出" }
    by_week() { en: "Week by week as a table", zh: "以表格逐周列出" }
    by_month() { en: "Month by month as a table", zh: "以表格逐月列出" }
    step() { en: "From", zh: "起" }
    interruptions_table(count) { en: "{count} interruptions as a table", zh: "以表格列出 {count} 次打断" }
    interruptions_longest(count, all) {
        en: "The {count} longest of {all} interruptions as a table",
        zh: "以表格列出 {all} 次打断中最长的 {count} 次",
    }
    left_at() { en: "Left at", zh: "离开时间" }
    left_for() { en: "For", zh: "去向" }
    lasted() { en: "Lasted", zh: "持续" }
    came_back_after() { en: "Coming back", zh: "恢复用时" }

    hours() { en: "Hour and weekday", zh: "小时与星期" }
    hours_at(weekday, from, to) { en: "{weekday} from {from} to {to}", zh: "{weekday} {from} 点到 {to} 点" }
    hours_best(when, share, low, high, whole) {
        en: "On {when} the most was focus: {share} of the time at the computer, probably between {low} and {high}. Over the whole period it was {whole}.",
        zh: "{when}专注最多：占使用电脑时间的 {share}，大约在 {low} 到 {high} 之间；整段时间为 {whole}。",
    }
    hours_without() {
        en: "None of these hours had time in a focus category.",
        zh: "这些小时里都没有专注类别的时间。",
    }
    hours_even(whole) {
        en: "No hour stands out for sure from the {whole} of the whole period.",
        zh: "没有哪个小时明显高于整段时间的 {whole}。",
    }
    hours_caption(weeks) {
        en: "Share of the time at the computer that was in focus categories, over {weeks} weeks",
        zh: "{weeks} 周内专注类别占使用电脑时间的比例",
    }
    hours_caption_one() {
        en: "Share of the time at the computer that was in focus categories. So few weeks show what was, not a habit.",
        zh: "专注类别占使用电脑时间的比例。周数太少，只说明经过，不代表习惯。",
    }
    hours_note(days) {
        en: "The deeper the colour, the more of the hour was focus. An empty hour was seen on fewer than {days} such days, or for less than 15 minutes in all.",
        zh: "颜色越深，该小时中专注越多。空白表示这样的日子少于 {days} 天，或总共不足 15 分钟。",
    }
    hours_note_one() {
        en: "The deeper the colour, the more of the hour was focus. An empty hour was seen for less than 15 minutes.",
        zh: "颜色越深，该小时中专注越多。空白表示不足 15 分钟。",
    }
    hours_keys() { en: "Hours of the week. The arrow keys move through them.", zh: "一周的各小时，可用方向键移动。" }
    hours_cell(weekday, from, to, share, active, days) {
        en: "{weekday}, {from} to {to}: {share} focus of {active} at the computer, on {days} days",
        zh: "{weekday} {from} 点到 {to} 点：{days} 天里使用电脑 {active}，专注占 {share}",
    }
    hours_hint() { en: "Point at or tap an hour to read it.", zh: "指向或轻触某个小时即可查看。" }
    weekday() { en: "Weekday", zh: "星期" }
    too_little() { en: "too little", zh: "太少" }

    moves() { en: "From one activity to another", zh: "从一类活动到另一类" }
    moves_sentence(count, from, to, link) {
        en: "Attention moved {count} times from one category to another; most often from {from} to {to}, {link} times.",
        zh: "注意力在类别之间转移了 {count} 次；最多的是从 {from}到 {to}，{link} 次。",
    }
    moves_sentence_one() { en: "Attention moved once from one category to another.", zh: "注意力在类别之间只转移了一次。" }
    moves_table(count) { en: "The moves as a table ({count} rows)", zh: "以表格列出转移（{count} 行）" }
    moves_picture() {
        en: "Left what attention came from, right what it went to; the wider, the more often. Blue leads to what counts as focus.",
        zh: "左边是来处，右边是去处，越宽次数越多。蓝色通向算作专注的类别。",
    }
    move_words(from, to, count) { en: "{from} to {to}: {count} times", zh: "{from} 到 {to}：{count} 次" }
    moves_from() { en: "From", zh: "从" }
    moves_to() { en: "To", zh: "到" }
    moves_count() { en: "Times", zh: "次数" }
    others(count) { en: "Others ({count})", zh: "其他（{count} 个）" }

    lasting() { en: "How long things last", zh: "持续多久" }
    lasting_note() {
        en: "Each dot is a fortieth of them. The line is the one in the middle: half were shorter. The band holds the half around it.",
        zh: "每个点是四十分之一。竖线是中位数：一半比它短。色带包含中间的一半。",
    }
    dwell_window() { en: "On one window", zh: "在同一窗口" }
    dwell_application() { en: "In one application", zh: "在同一应用" }
    dwell_category() { en: "On one category", zh: "在同一类别" }
    resume_lag() { en: "Coming back from an interruption", zh: "被打断后恢复" }
    strip_summary(name, count, median, lower, upper) {
        en: "{name}, {count} times: half shorter than {median}; the half in the middle from {lower} to {upper}.",
        zh: "{name}，{count} 次：一半短于 {median}，中间的一半在 {lower}到 {upper}之间。",
    }
    once() { en: "once", zh: "1 次" }
    times(count) { en: "{count} times", zh: "{count} 次" }

    trends() { en: "How it changes", zh: "如何变化" }
    trends_days() { en: "Day by day; the line is the day in the middle. Weekends are hollow.", zh: "逐日；横线是中位数，周末为空心。" }
    trends_weeks() {
        en: "Week by week; focus is that of the week's middle day. The line is the week in the middle.",
        zh: "逐周；专注时间取该周中间的一天。横线是中位数。",
    }
    trend_focus() { en: "Focus a day", zh: "每天的专注时间" }
    trend_deep() { en: "Time in sessions of 25 min or more", zh: "25 分钟以上专注时段的占比" }
    trend_switches() { en: "Changes of category an hour", zh: "每小时切换类别" }
    trend_lag() { en: "Coming back from an interruption", zh: "被打断后恢复" }
    trend_longest() { en: "Longest focus session", zh: "最长专注时段" }
    trend_median(value) { en: "{value} in the middle", zh: "中位数 {value}" }
    trend_summary(name, median, least, most) {
        en: "{name}: {median} in the middle, from {least} to {most}.",
        zh: "{name}：中位数 {median}，从 {least}到 {most}。",
    }
    trend_dot(when, value) { en: "{when}: {value}", zh: "{when}：{value}" }
    trend_table() { en: "The figures as a table", zh: "以表格列出数据" }
    week_of(date) { en: "Week of {date}", zh: "{date}起的一周" }
    none() { en: "none", zh: "无" }

    how() { en: "How these are computed, and how sure they are", zh: "如何计算，有多可靠" }
    how_focus(minutes, share, pause) {
        en: "Your category rules say which categories count as focus. A focus session lasts at least {minutes}, at least {share} of it in such categories, and ends with more than {pause} of pause or anything else at once. Focus is the time in these categories within sessions; only the table of hours counts all time in them.",
        zh: "您的类别规则决定哪些类别算作专注。专注时段至少持续 {minutes}，其中至少 {share} 属于这些类别；连续停顿或做别的事超过 {pause}即告结束。专注时间是专注时段内处于这些类别的时间；只有小时表计入这些类别的全部时间。",
    }
    how_interruption(least, most) {
        en: "An interruption is leaving focus that had lasted {least} or more for something else, and being back within {most} for at least as long. Neutral categories, such as a browser on an unsorted page, count as what they follow, and focus must have had more of the time before than what it was left for. Coming back is the time from the end of what it was left for first until focus is back. Whether something or you yourself interrupted is not known from this alone.",
        zh: "打断是指离开已持续 {least}以上的专注去做别的，并在 {most}内回来、再持续同样久。中性类别（例如停在未归类页面的浏览器）算作它之前所做的事；此前的时间里，专注须多于所去做的事。恢复用时从最先去做的那件事结束算起，到重新专注为止。仅凭这些无法判断是外来打断还是自己中断。",
    }
    how_switching(most, gap) {
        en: "Switching is time outside sessions in pieces of one category shorter than {most}; absence of up to {gap} does not end a piece. Shallow is all other activity, and away counts only between the first and the last moment of a day.",
        zh: "频繁切换是指专注时段之外、单个类别不足 {most}的零碎时间；不超过 {gap}的空缺不算中断。浅层是其余的活动；离开只计一天中最早与最晚时刻之间。",
    }
    how_middle() {
        en: "Everything is told by its middle and its quarters, never by an average: how long things last is so uneven that a few long ones would speak for all. Days without any record count for nothing. The range given for the best hours is a 95% Wilson interval that takes each hour at the computer for one draw; real hours resemble each other, so it is somewhat too narrow.",
        zh: "所有数据都用中位数和四分位数表示，从不用平均数：持续时间非常不均匀，少数很长的会掩盖其余。没有记录的日子不计入。最佳时间给出的范围是 95% 威尔逊区间，把每个使用电脑的小时当作一次抽样；实际上相邻的小时彼此相似，所以范围略窄。",
    }
}
