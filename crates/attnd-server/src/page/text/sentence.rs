//! How is a day said in one sentence?

super::texts! {
    /// The sentence that says how a day went, on Today and in reports.
    SentenceText

    when_today() { en: "today", zh: "今天" }
    when_yesterday() { en: "yesterday", zh: "昨天" }
    when_date(date) { en: "on {date}", zh: "{date}" }

    focus_one(when, time, from, to) {
        en: "You had {time} of focus {when}, in one piece, from {from} to {to}.",
        zh: "{when}您有 {time}的专注，集中在一段，从 {from} 到 {to}。",
    }
    focus_many(when, time, count, longest, part) {
        en: "You had {time} of focus {when}, in {count} pieces; the longest, {longest}, {part}.",
        zh: "{when}您有 {time}的专注，分成 {count} 段；最长的一段 {longest}，在{part}。",
    }
    at_night() { en: "at night", zh: "凌晨" }
    early() { en: "early in the morning", zh: "清晨" }
    in_the_morning() { en: "in the morning", zh: "上午" }
    around_noon() { en: "around noon", zh: "中午" }
    in_the_afternoon() { en: "in the afternoon", zh: "下午" }
    in_the_evening() { en: "in the evening", zh: "晚上" }

    cost_one(name, time, returns) {
        en: "{name} cost {time} and {returns}.",
        zh: "{name}打断了您 {returns}，连同回到原处共用去 {time}。",
    }
    cost_two(name, time, returns, second, second_time, second_returns) {
        en: "{name} cost {time} and {returns}, {second} {second_time} and {second_returns}.",
        zh: "{name}打断了您 {returns}，连同回到原处共用去 {time}；{second} {second_returns}，{second_time}。",
    }
    cost_none() { en: "No interruption was seen.", zh: "没有观察到打断。" }
    return_one() { en: "one return", zh: "1 次" }
    returns(count) { en: "{count} returns", zh: "{count} 次" }
    without_category() { en: "What has no category", zh: "未分类的内容" }

    perhaps(upper, uncategorized) {
        en: "It may have been up to {upper}: {uncategorized} have no category, and could have been focus too.",
        zh: "另有 {uncategorized}没有类别；如果也是专注，总共最多 {upper}。",
    }

    none_yet(focus) {
        en: "No focus session yet today: {focus} went to focus work, in pieces too short or too mixed to make one.",
        zh: "今天还没有成段的专注：{focus}用在了专注类的事上，但片段太短或太零散。",
    }
    none_past(when, focus) {
        en: "There was no focus session {when}: {focus} went to focus work, in pieces too short or too mixed to make one.",
        zh: "{when}没有成段的专注：{focus}用在了专注类的事上，但片段太短或太零散。",
    }
    nothing_of_focus_yet(active) {
        en: "No focus session yet today: none of the {active} at the computer went to a focus category.",
        zh: "今天还没有成段的专注：使用电脑的 {active}都不在专注类别中。",
    }
    nothing_of_focus_past(when, active) {
        en: "There was no focus session {when}: none of the {active} at the computer went to a focus category.",
        zh: "{when}没有成段的专注：使用电脑的 {active}都不在专注类别中。",
    }
    brief_today(active) {
        en: "{active} at the computer so far today: too little for a focus session, which lasts 15 minutes or more.",
        zh: "今天到现在使用电脑 {active}，还不够一段专注（至少 15 分钟）。",
    }
    brief_past(when, active) {
        en: "You spent {active} at the computer {when}: too little for a focus session, which lasts 15 minutes or more.",
        zh: "{when}使用电脑 {active}，不够一段专注（至少 15 分钟）。",
    }
    untold_all(when, active) {
        en: "You spent {active} at the computer {when}. How much of it was focus cannot be told yet: none of it has a category.",
        zh: "{when}您使用电脑 {active}。其中多少是专注还说不清：全部时间都没有类别。",
    }
    untold_most(when, active, uncategorized) {
        en: "You spent {active} at the computer {when}. How much of it was focus cannot be told yet: {uncategorized} of it has no category.",
        zh: "{when}您使用电脑 {active}。其中多少是专注还说不清：有 {uncategorized}没有类别。",
    }
}
