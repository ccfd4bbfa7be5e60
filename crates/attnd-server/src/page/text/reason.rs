//! What is it that a model looks at?

super::texts! {
    /// The words of features.
    ReasonText

    within(what, window) { en: "{what}, {window}", zh: "{what}（{window}）" }
    per_hour(number) { en: "{number}/h", zh: "每小时 {number}" }
    per_minute(number) { en: "{number}/min", zh: "每分钟 {number}" }

    present() { en: "Time at the computer", zh: "在电脑前的时间" }
    share_focus() { en: "Time in focus categories", zh: "专注类别的时间" }
    share_other() { en: "Time in other categories", zh: "其他类别的时间" }
    window_switches() { en: "Switches of window", zh: "窗口切换" }
    switches() { en: "Switches of application", zh: "应用切换" }
    category_switches() { en: "Switches of category", zh: "类别切换" }
    work_switches() { en: "Switches of work", zh: "工作内容切换" }
    dwell() { en: "Median stay in one application", zh: "在一个应用中停留的中位数" }
    entropy() { en: "Spread over applications", zh: "应用分散度" }
    input_missing() { en: "Keys not watched", zh: "未采集按键的时间" }
    keys() { en: "Keys", zh: "按键" }
    clicks() { en: "Clicks", zh: "点击" }
    pointer() { en: "Pointer path", zh: "指针移动" }
    scroll() { en: "Scrolling", zh: "滚动" }
    still() { en: "Without touching anything", zh: "没有操作的时间" }
    key_burstiness() { en: "Unevenness of typing", zh: "输入的不均匀程度" }
    key_gap() { en: "Mean gap between keys", zh: "按键间隔的均值" }
    key_gap_spread() { en: "Spread of gaps between keys (s)", zh: "按键间隔的离散程度（秒）" }
    key_pauses() { en: "Pauses in typing", zh: "输入停顿" }
    since_break() { en: "Since the last break", zh: "距上次休息" }
    unbroken() { en: "At the computer without a break", zh: "连续使用电脑" }
    since_switch() { en: "Since the last switch of application", zh: "距上次应用切换" }
    since_category_switch() { en: "Since the last switch of category", zh: "距上次类别切换" }
    in_focus() { en: "In a focus category at the moment", zh: "当时处于专注类别" }
    left_focus() { en: "Times focus was left", zh: "离开专注的次数" }
    since_day_start() { en: "Since the day began", zh: "距当天开始" }
    active_today() { en: "At the computer that day", zh: "当天使用电脑的时间" }
    hour() { en: "Time of day", zh: "时刻" }
    weekday() { en: "Day of the week", zh: "星期" }
}
