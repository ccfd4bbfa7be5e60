//! What do the activities say?

super::texts! {
    /// The words of Activities.
    ActivitiesText

    title() { en: "Activities", zh: "活动" }
    headline(time, when, mostly) {
        en: "About {time} at the computer {when}, mostly {mostly}.",
        zh: "{when}，您使用电脑约 {time}，大部分是{mostly}。",
    }
    headline_all(time, when, only) {
        en: "About {time} at the computer {when}, all of it {only}.",
        zh: "{when}，您使用电脑约 {time}，全部是{only}。",
    }
    headline_of(name, time, when) { en: "{name} took about {time} {when}.", zh: "{when}，{name} 约用时 {time}。" }
    headline_search(words, time, when) {
        en: "Windows with “{words}” took about {time} {when}.",
        zh: "{when}，含“{words}”的窗口约用时 {time}。",
    }
    less_than_minute() { en: "less than a minute", zh: "不到一分钟" }
    nothing(when) { en: "Nothing was recorded {when}.", zh: "{when}没有任何记录。" }
    nothing_of(name, when) { en: "Nothing of {name} was in front {when}.", zh: "{when}没有使用过 {name}。" }
    nothing_found(words, when) { en: "No window had “{words}” {when}.", zh: "{when}没有窗口包含“{words}”。" }
    nothing_why() {
        en: "Choose another time above. If nothing is ever recorded, Today says how to begin.",
        zh: "请在上方选择其他时间。若一直没有记录，请看“今天”页面了解如何开始。",
    }
    nothing_found_why() { en: "Search looks in titles, applications and sites.", zh: "搜索范围是标题、应用和网站。" }
    and(first, second) { en: "{first} and {second}", zh: "{first}和{second}" }
    what_has_none() { en: "what has no category", zh: "未分类的内容" }
    with_time(name, time) { en: "{name} ({time})", zh: "{name}（{time}）" }
    simulated() {
        en: "Simulated data: made up for a demonstration, recorded from nobody.",
        zh: "模拟数据：为演示而生成，并非任何人的记录。",
    }

    when_today() { en: "today", zh: "今天" }
    when_yesterday() { en: "yesterday", zh: "昨天" }
    when_day(date) { en: "on {date}", zh: "{date}" }
    when_this_week() { en: "this week", zh: "本周" }
    when_last_week() { en: "last week", zh: "上周" }
    when_week(date) { en: "in the week from {date}", zh: "{date} 起的一周" }
    when_this_month() { en: "this month", zh: "本月" }
    when_month(month) { en: "in {month}", zh: "{month}" }
    when_this_year() { en: "this year", zh: "今年" }
    when_year(year) { en: "in {year}", zh: "{year}年" }
    when_between(from, to) { en: "from {from} to {to}", zh: "{from} 至 {to}" }
    in_one_month(from, to, month, year) { en: "{from} – {to} {month} {year}", zh: "{year}年{month}{from}日 – {to}日" }
    between(from, to) { en: "{from} to {to}", zh: "{from} 至 {to}" }
    month(month, year) { en: "{month} {year}", zh: "{year}年{month}" }
    year(year) { en: "{year}", zh: "{year}年" }

    period() { en: "Period", zh: "时间范围" }
    day() { en: "Day", zh: "天" }
    week() { en: "Week", zh: "周" }
    month_name() { en: "Month", zh: "月" }
    year_name() { en: "Year", zh: "年" }
    earlier() { en: "Earlier", zh: "更早" }
    later() { en: "Later", zh: "更晚" }
    other_days() { en: "Other days", zh: "其他日期" }
    from() { en: "From", zh: "从" }
    to() { en: "To", zh: "到" }
    show() { en: "Show", zh: "显示" }
    bad_days() { en: "Write both days, the earlier first.", zh: "请填写两个日期，较早的在前。" }
    search() { en: "Search", zh: "搜索" }
    search_for() { en: "Titles, applications, sites", zh: "标题、应用、网站" }
    clear_search() { en: "Without the search", zh: "取消搜索" }
    where_am_i() { en: "Where you are", zh: "当前位置" }
    all() { en: "Everything", zh: "全部" }

    without() { en: "Without a category", zh: "未分类" }
    without_why(time, share) {
        en: "{time} ({share}) has no category yet. Say once where something belongs, and attnd knows it from then on, and for the past.",
        zh: "{time}（{share}）还没有类别。指明一次归属，attnd 今后和以往都会照此归类。",
    }
    categories() { en: "Categories", zh: "类别" }
    category() { en: "Category", zh: "类别" }
    directly(name) { en: "{name} itself", zh: "{name}本身" }
    applications() { en: "Applications", zh: "应用" }
    application() { en: "Application", zh: "应用" }
    sites() { en: "Sites", zh: "网站" }
    site() { en: "Site", zh: "网站" }
    titles() { en: "Titles", zh: "标题" }
    window_title() { en: "Title", zh: "标题" }
    untitled() { en: "no title", zh: "无标题" }
    unnamed() { en: "Unknown application", zh: "未知应用" }
    time() { en: "Time", zh: "时长" }
    share() { en: "Share", zh: "占比" }
    belongs() { en: "Belongs to …", zh: "归入…" }
    belongs_named(name) { en: "{name} belongs to …", zh: "{name}归入…" }
    belongs_to(name, category) { en: "{name} is in {category}. Change that", zh: "{name}属于{category}。更改" }
    other_rows(count) { en: "Others ({count})", zh: "其他（{count} 个）" }
    other_titles(count, time) { en: "The other {count} titles, {time}", zh: "其余 {count} 个标题，{time}" }
    one_other_title(time) { en: "One other title, {time}", zh: "其余 1 个标题，{time}" }
    beyond(count, time) {
        en: "{count} more titles, {time}: search, or look into one application.",
        zh: "另有 {count} 个标题，{time}：可以搜索，或查看某个应用。",
    }

    assign_headline(name) { en: "Where does {name} belong?", zh: "{name}应归入哪一类？" }
    assign_lead() {
        en: "Choose a category and look at the rule attnd proposes. Nothing changes before you apply it, and it can be undone.",
        zh: "请选择类别并查看 attnd 建议的规则。应用之前不会有任何更改，之后也可以撤销。",
    }
    back() { en: "Back to the activities", zh: "返回活动" }
    example() { en: "The example", zh: "示例" }
    now_in(category) { en: "Now in {category}", zh: "目前属于{category}" }
    belongs_into() { en: "Belongs to", zh: "归入" }
    choose() { en: "Choose a category", zh: "请选择类别" }
    a_new_one() { en: "a new one, named beside", zh: "新类别（在旁边填写名称）" }
    new_name() { en: "New category", zh: "新类别" }
    new_name_why() { en: "Work › Reading makes Reading in Work.", zh: "“工作 › 阅读”会在“工作”中新建“阅读”。" }
    choose_first() { en: "Choose a category, or write a new one's name.", zh: "请选择类别，或填写新类别的名称。" }
    means(what) { en: "It means: {what}.", zh: "含义：{what}。" }
    contains(place, words) { en: "windows whose {place} contains {words}", zh: "{place}中含有{words}的窗口" }
    is_exactly(place, words) { en: "windows whose {place} is {words}", zh: "{place}为{words}的窗口" }
    begins(place, words) { en: "windows whose {place} begins with {words}", zh: "{place}以{words}开头的窗口" }
    ends(place, words) { en: "windows whose {place} ends with {words}", zh: "{place}以{words}结尾的窗口" }
    matches(place) { en: "windows whose {place} matches this expression", zh: "{place}匹配此表达式的窗口" }
    quoted(words) { en: "“{words}”", zh: "“{words}”" }
    or(first, second) { en: "{first} or {second}", zh: "{first}或{second}" }
    place_any() { en: "application, title or address", zh: "应用、标题或网址" }
    place_application() { en: "application", zh: "应用" }
    place_title() { en: "title", zh: "标题" }
    place_address() { en: "address", zh: "网址" }
    look() { en: "Show what it would change", zh: "查看会更改什么" }
    apply() { en: "Apply", zh: "应用" }
    cancel() { en: "Back without changing anything", zh: "不作更改，返回" }
    empty_pattern() { en: "Write what to look for.", zh: "请填写查找内容。" }

    preview() { en: "What it would change", zh: "会更改什么" }
    preview_moves(moved, matched, windows) {
        en: "Over the last 30 days it is found in {windows} windows, {matched}. Of that {moved} would move.",
        zh: "最近 30 天中匹配 {windows} 个窗口，共 {matched}，其中 {moved}会移动。",
    }
    preview_stays(matched, windows) {
        en: "Over the last 30 days it is found in {windows} windows, {matched}. None of it would move: it is there already, or a deeper rule has it.",
        zh: "最近 30 天中匹配 {windows} 个窗口，共 {matched}。不会移动任何时间：已在该类别中，或已有更深层的规则。",
    }
    preview_nothing() {
        en: "Over the last 30 days it is found in no window. It will hold for what comes.",
        zh: "最近 30 天中没有匹配的窗口。规则将对今后的数据生效。",
    }
    warn_nearly_all() {
        en: "It matches nearly everything. Look for something that only some windows have.",
        zh: "它几乎匹配所有内容。请填写只有部分窗口才有的内容。",
    }
    warn_takes() {
        en: "Some of this time has a category of yours already; it would move from there.",
        zh: "其中部分时间已有您设定的类别，会从那里移走。",
    }
    moves_from() { en: "From", zh: "从" }
    moves_to() { en: "To", zh: "到" }
    samples() { en: "Windows it is found in", zh: "匹配到的窗口" }
    then_in() { en: "Then in", zh: "之后属于" }
}
