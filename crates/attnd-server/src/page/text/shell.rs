//! What do all pages have in common to say?

super::texts! {
    /// The frame around every page.
    ShellText

    skip() { en: "Skip to the content", zh: "跳到正文" }
    places() { en: "Places", zh: "导航" }
    today() { en: "Today", zh: "今天" }
    flow() { en: "Flow", zh: "流向" }
    activities() { en: "Activities", zh: "活动" }
    model() { en: "Model", zh: "模型" }
    settings() { en: "Settings", zh: "设置" }
    language() { en: "Language", zh: "语言" }
    theme() { en: "Appearance", zh: "外观" }
    theme_system() { en: "As the system", zh: "跟随系统" }
    theme_light() { en: "Light", zh: "浅色" }
    theme_dark() { en: "Dark", zh: "深色" }
    local() { en: "Everything on this page is kept on this computer.", zh: "此页面上的一切都保存在本机。" }
    keys() { en: "Keys", zh: "快捷键" }
    keys_close() { en: "Close", zh: "关闭" }
    key_help() { en: "Show these keys", zh: "显示快捷键" }
    key_today() { en: "Today", zh: "今天" }
    key_previous() { en: "Previous day", zh: "前一天" }
    key_next() { en: "Next day", zh: "后一天" }
    key_lanes() { en: "Timeline by state, application or category", zh: "时间线按状态、应用或类别显示" }
    key_pause() { en: "Go to pause and resume", zh: "跳到暂停与恢复" }
    key_refresh() { en: "Show the newest figures", zh: "显示最新数据" }
    key_theme() { en: "Light or dark", zh: "浅色或深色" }
    key_language() { en: "Other language", zh: "切换语言" }
    key_strip() { en: "On the timeline: move through it", zh: "在时间线上：逐段移动" }
    copy() { en: "Copy", zh: "复制" }
    copied() { en: "Copied", zh: "已复制" }
}
