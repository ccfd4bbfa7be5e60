//! How does attnd ask, and how does one answer?

super::texts! {
    /// The words of questions and of their answers.
    QuestionText

    ask_focus(from, to) { en: "How focused were you from {from} to {to}?", zh: "{from} 到 {to}，您有多专注？" }
    ask_load(from, to) { en: "How much mental work was it from {from} to {to}?", zh: "{from} 到 {to}，脑力负担有多大？" }
    ask_sleepiness() { en: "How awake were you in the last five minutes?", zh: "最近五分钟，您有多清醒？" }
    ask_tlx(from, to) { en: "What did it ask of you from {from} to {to}?", zh: "{from} 到 {to}，这件事要求您付出多少？" }

    focus() { en: "Focus", zh: "专注程度" }
    focus_1() { en: "not at all", zh: "完全不" }
    focus_2() { en: "a little", zh: "有一点" }
    focus_3() { en: "partly", zh: "一部分" }
    focus_4() { en: "mostly", zh: "大部分" }
    focus_5() { en: "fully", zh: "完全" }

    load() { en: "Mental work", zh: "脑力负担" }
    load_1() { en: "very little", zh: "很小" }
    load_2() { en: "little", zh: "较小" }
    load_3() { en: "medium", zh: "中等" }
    load_4() { en: "much", zh: "较大" }
    load_5() { en: "very much", zh: "很大" }

    sleepiness() { en: "Sleepiness (KSS)", zh: "困倦程度（KSS）" }
    sleepiness_1() { en: "extremely alert", zh: "极其清醒" }
    sleepiness_2() { en: "very alert", zh: "非常清醒" }
    sleepiness_3() { en: "alert", zh: "清醒" }
    sleepiness_4() { en: "rather alert", zh: "比较清醒" }
    sleepiness_5() { en: "neither alert nor sleepy", zh: "不清醒也不困" }
    sleepiness_6() { en: "some signs of sleepiness", zh: "有些困意" }
    sleepiness_7() { en: "sleepy, no effort to stay awake", zh: "困，但保持清醒不费力" }
    sleepiness_8() { en: "sleepy, some effort to stay awake", zh: "困，要费些力保持清醒" }
    sleepiness_9() { en: "very sleepy, great effort to stay awake", zh: "很困，要很费力才能保持清醒" }

    tlx() { en: "Workload (raw TLX)", zh: "工作负荷（原始 TLX）" }
    tlx_mental() { en: "Mental demand", zh: "脑力要求" }
    tlx_physical() { en: "Physical demand", zh: "体力要求" }
    tlx_temporal() { en: "Time pressure", zh: "时间压力" }
    tlx_performance() { en: "Performance", zh: "完成情况" }
    tlx_effort() { en: "Effort", zh: "努力程度" }
    tlx_frustration() { en: "Frustration", zh: "受挫程度" }
    tlx_low() { en: "very low", zh: "很低" }
    tlx_high() { en: "very high", zh: "很高" }
    tlx_good() { en: "perfect", zh: "完美" }
    tlx_poor() { en: "failure", zh: "失败" }

    answer_word(value, word) { en: "{value} – {word}", zh: "{value} · {word}" }
    said_of(from, to, answer) { en: "You said of {from} to {to}: {answer}", zh: "您对 {from} 到 {to} 的回答：{answer}" }
    undo() { en: "Undo", zh: "撤销" }
    answer() { en: "Answer", zh: "回答" }
    later_15() { en: "In 15 minutes", zh: "15 分钟后" }
    later_60() { en: "In an hour", zh: "1 小时后" }
    not_today() { en: "Not today", zh: "今天不再问" }
    dismiss() { en: "Leave it", zh: "不回答" }
    goes_by(clock) { en: "It goes by itself at {clock}.", zh: "{clock} 后自动消失。" }
    key_answer() { en: "Answer the question", zh: "回答问题" }
    key_later() { en: "Ask again in 15 minutes", zh: "15 分钟后再问" }
    key_dismiss() { en: "Leave the question unanswered", zh: "不回答此问题" }

    answered(value, word) { en: "Answer kept: {value}, {word}.", zh: "已记下回答：{value}，{word}。" }
    answered_number(value) { en: "Answer kept: {value}.", zh: "已记下回答：{value}。" }
    changed() { en: "Answer changed.", zh: "回答已更改。" }
    deleted() { en: "Answer deleted.", zh: "回答已删除。" }
    snoozed(clock) { en: "Not before {clock}.", zh: "{clock} 之前不再询问。" }
    dismissed() { en: "Left unanswered.", zh: "未作回答。" }
    quiet_today() { en: "No more questions today.", zh: "今天不再提问。" }
    corrected(from, to) { en: "Noted: from {from} to {to} it was otherwise.", zh: "已记下：{from} 到 {to} 并非如此。" }
    settings_changed() { en: "Questions are set.", zh: "提问设置已保存。" }

    settings() { en: "Questions", zh: "提问" }
    settings_why() {
        en: "What attnd says of your focus is a guess until you say how it was. It can ask, in a quiet line on Today: between two pieces of work, never in the middle of one, never with a sound.",
        zh: "在您说出实情之前，attnd 对专注程度的判断只是猜测。它可以在“今天”页以一行文字提问：只在两件事之间，绝不打断，也没有声音。",
    }
    settings_on() { en: "Ask me", zh: "向我提问" }
    settings_off_words() { en: "attnd asks nothing.", zh: "attnd 不提问。" }
    settings_on_words(most, from, to) {
        en: "At most {most} a day, between {from} and {to}.",
        zh: "每天最多 {most} 次，在 {from} 到 {to} 之间。",
    }
    settings_most() { en: "At most a day", zh: "每天最多" }
    settings_from() { en: "Not before", zh: "最早" }
    settings_to() { en: "Not after", zh: "最晚" }
    settings_which() { en: "What to ask", zh: "问什么" }
    settings_focus() { en: "How focused (1 to 5)", zh: "专注程度（1 至 5）" }
    settings_load() { en: "How much mental work (1 to 5)", zh: "脑力负担（1 至 5）" }
    settings_tlx() { en: "Workload, six scales (raw TLX, Hart 2006)", zh: "工作负荷，六项（原始 TLX，Hart 2006）" }
    settings_kss() { en: "Sleepiness (KSS, Åkerstedt and Gillberg 1990)", zh: "困倦程度（KSS，Åkerstedt 与 Gillberg 1990）" }
    settings_save() { en: "Save", zh: "保存" }
    fault_most() { en: "A number from 1 to 6.", zh: "1 到 6 之间的数字。" }
    fault_hours() { en: "Two times of one day, the first before the second: 09:00 and 18:00.", zh: "同一天的两个时刻，前者早于后者：如 09:00 和 18:00。" }
    fault_over() { en: "A stretch of this day that is over.", zh: "请填写当天已经过去的一段时间。" }
    fault_which() { en: "Choose at least one question.", zh: "请至少选择一个问题。" }
    fault_answer(lowest, highest) { en: "A whole number from {lowest} to {highest}.", zh: "{lowest} 到 {highest} 之间的整数。" }
}
