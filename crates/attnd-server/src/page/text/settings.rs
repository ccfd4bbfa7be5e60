//! What do the settings say?

super::texts! {
    /// The words of Settings.
    SettingsText

    title() { en: "Settings", zh: "设置" }
    headline() { en: "What attnd records, how long it keeps it, and who may see it.", zh: "attnd 记录什么、保留多久、谁能看到。" }
    lead() {
        en: "Every change holds at once. Most can be undone; what cannot says so first.",
        zh: "每项更改立即生效。大多数可以撤销；不能撤销的会事先说明。",
    }
    sections() { en: "On this page", zh: "本页内容" }
    save() { en: "Save", zh: "保存" }
    cancel() { en: "Back without changing anything", zh: "不作更改，返回" }
    undo() { en: "Undo", zh: "撤销" }
    undone() { en: "Undone.", zh: "已撤销。" }
    back() { en: "Back to the settings", zh: "返回设置" }

    categories() { en: "Categories", zh: "类别" }
    categories_why() {
        en: "A category has a rule: windows it is found in belong there. If several rules match, the deepest category wins; of equally deep ones, the later in the list.",
        zh: "每个类别有一条规则：匹配到的窗口归入该类别。若多条规则匹配，取层级最深的；层级相同时取列表中靠后的。",
    }
    categories_all(count, focus) {
        en: "All {count} categories; {focus} count as focus",
        zh: "全部 {count} 个类别，其中 {focus} 个算作专注",
    }
    categories_none() { en: "There are no categories. Add one, or restore those attnd came with.", zh: "还没有类别。可以添加，或恢复 attnd 自带的类别。" }
    category() { en: "Category", zh: "类别" }
    rule() { en: "Rule", zh: "规则" }
    focus() { en: "Focus", zh: "专注" }
    yes() { en: "Yes", zh: "是" }
    no() { en: "No", zh: "否" }
    focus_turn_off(name) { en: "{name} counts as focus. Count it no longer", zh: "{name}算作专注。改为不算" }
    focus_turn_on(name) { en: "{name} does not count as focus. Count it", zh: "{name}不算专注。改为算作专注" }
    no_rule() { en: "holds others", zh: "仅包含其他类别" }
    unknown_rule() { en: "a kind of rule attnd does not know", zh: "attnd 不认识的规则类型" }
    add_category() { en: "Add a category", zh: "添加类别" }
    broken_rule(name, reason) {
        en: "The rule of {name} matches nothing: {reason}.",
        zh: "{name}的规则不起作用：{reason}。",
    }
    mend() { en: "Mend it", zh: "去修正" }
    categories_move() { en: "Keep a copy, bring others, or begin again", zh: "保存副本、导入或重新开始" }
    categories_export() { en: "Save the categories as a file", zh: "将类别存为文件" }
    categories_export_why() {
        en: "In ActivityWatch's format; its settings page reads it too.",
        zh: "ActivityWatch 的格式，它的设置页面也能读取。",
    }
    categories_import() { en: "Replace all categories with those of a file", zh: "用文件中的类别替换全部类别" }
    categories_import_do() { en: "Replace", zh: "替换" }
    categories_restore() { en: "Restore the categories attnd came with", zh: "恢复 attnd 自带的类别" }
    import_no_file() { en: "Choose a file first.", zh: "请先选择文件。" }
    import_not_read(reason) {
        en: "This file holds no categories: {reason}. Choose a file that attnd or ActivityWatch saved.",
        zh: "此文件中没有类别：{reason}。请选择由 attnd 或 ActivityWatch 保存的文件。",
    }
    import_not_json() { en: "it is not JSON", zh: "不是 JSON" }

    category_new() { en: "A new category", zh: "新类别" }
    category_edit(name) { en: "The category {name}", zh: "类别“{name}”" }
    name() { en: "Name", zh: "名称" }
    inside() { en: "In", zh: "位于" }
    top_level() { en: "no other category", zh: "不在其他类别中" }
    pattern() { en: "What is looked for", zh: "查找内容" }
    pattern_why() {
        en: "Words, or a regular expression: docs\\.rs|crates\\.io finds either. Leave it empty for a category that only holds others.",
        zh: "文字或正则表达式：docs\\.rs|crates\\.io 匹配其中任一个。留空则该类别仅包含其他类别。",
    }
    looked_in() { en: "Where", zh: "查找范围" }
    in_everything() { en: "application, title and address", zh: "应用、标题和网址" }
    in_application() { en: "application only", zh: "仅应用" }
    in_title() { en: "title only", zh: "仅标题" }
    in_address() { en: "address only", zh: "仅网址" }
    ignore_case() { en: "Capitals do not matter", zh: "不区分大小写" }
    colour() { en: "Colour", zh: "颜色" }
    own_colour() { en: "A colour of its own", zh: "使用自己的颜色" }
    focus_as_parent() { en: "as the category it is in", zh: "与所在类别相同" }
    focus_counts() { en: "Counts as focus", zh: "是否算作专注" }
    try_rule() { en: "Show what it matches", zh: "查看匹配结果" }
    try_elsewhere() {
        en: "This cannot be tried beside the rule there is: they look in different places. Save it to see; it can be undone.",
        zh: "它与现有规则的查找范围不同，无法同时试用。可以先保存再查看，之后可以撤销。",
    }
    earlier() { en: "Move up", zh: "上移" }
    later() { en: "Move down", zh: "下移" }
    order_why() {
        en: "Of equally deep categories whose rules match, the later one wins.",
        zh: "层级相同的类别都匹配时，靠后的优先。",
    }
    remove_category() { en: "Remove this category", zh: "移除此类别" }
    remove_alone() { en: "Its time goes to whatever rule matches next. You can undo this.", zh: "其时间归入下一条匹配的规则。可以撤销。" }
    remove_with(count) {
        en: "The {count} categories in it go too; their time goes to whatever rule matches next. You can undo this.",
        zh: "其中的 {count} 个类别也会移除，时间归入下一条匹配的规则。可以撤销。",
    }
    no_name() { en: "Give it a name.", zh: "请填写名称。" }
    name_taken() { en: "There is a category of this name already. Choose another name, or another place.", zh: "已有同名类别。请换一个名称或位置。" }
    within_itself() { en: "A category cannot lie in itself. Choose another place.", zh: "类别不能位于自身之内。请选择其他位置。" }
    too_many() { en: "There are a thousand categories. Remove one first.", zh: "类别已达一千个。请先移除一个。" }
    matches_everything() {
        en: "Every window would match this. Look for something that only some windows have.",
        zh: "这会匹配所有窗口。请填写只有部分窗口才有的内容。",
    }
    not_a_pattern(reason) {
        en: "This is not a regular expression: {reason}. To look for a sign such as ( or + itself, write \\ before it.",
        zh: "这不是正则表达式：{reason}。若要查找括号或加号等符号本身，请在前面加反斜杠。",
    }
    pattern_too_large() { en: "This expression becomes too large. Use smaller repetitions.", zh: "此表达式过大。请减少重复次数。" }
    pattern_too_slow() { en: "This expression takes too long. Avoid repetitions within repetitions.", zh: "此表达式耗时过长。请避免重复中嵌套重复。" }
    categories_changed() { en: "The categories were changed meanwhile. Look again and choose anew.", zh: "类别已被更改。请重新查看后再选择。" }

    said_category_added(name) { en: "{name} was added.", zh: "已添加{name}。" }
    said_category_changed(name) { en: "{name} was changed.", zh: "已更改{name}。" }
    said_category_removed(name) { en: "{name} was removed.", zh: "已移除{name}。" }
    said_imported(count) { en: "{count} categories were read from the file.", zh: "已从文件读取 {count} 个类别。" }
    said_restored() { en: "The categories are those attnd came with.", zh: "已恢复 attnd 自带的类别。" }
    said_assigned(time, category) {
        en: "Rule added. {time} of the last 30 days moved to {category}.",
        zh: "已添加规则。最近 30 天中有 {time}移到{category}。",
    }
    said_redaction() { en: "What is left out was changed; it holds from now on.", zh: "排除规则已更改，从现在起生效。" }
    said_redacted(changed, dropped) {
        en: "Applied to what is stored: {changed} entries lost something, {dropped} are gone.",
        zh: "已应用到已存数据：{changed} 条被修改，{dropped} 条被删除。",
    }
    said_kept_days(kind, days) { en: "{kind}: kept for {days} days from now on.", zh: "{kind}：从现在起保留 {days} 天。" }
    said_kept_for_ever(kind) { en: "{kind}: kept for ever from now on.", zh: "{kind}：从现在起永久保留。" }
    said_revoked(name) { en: "{name} opens nothing any more.", zh: "{name}已失效。" }
    said_erased(events) { en: "Erased: {events} entries are gone for good.", zh: "已删除：{events} 条记录永久清除。" }

    redaction() { en: "What is left out", zh: "排除的内容" }
    redaction_why() {
        en: "This is removed before anything is stored. Private windows, and passwords in addresses, are never kept, whatever is set here.",
        zh: "以下内容在保存前就会移除。无论如何设置，隐私窗口和网址中的密码都不会保留。",
    }
    redaction_short(secrets, dropped, time_only) {
        en: "{secrets} kinds of secrets, {dropped} applications altogether, and all but the time of {time_only} more.",
        zh: "{secrets} 类敏感信息；{dropped} 个应用完全不记录；另有 {time_only} 个应用只记录时长。",
    }
    redaction_short_dropped(secrets, dropped) {
        en: "{secrets} kinds of secrets, and {dropped} applications altogether.",
        zh: "{secrets} 类敏感信息；{dropped} 个应用完全不记录。",
    }
    redaction_form() { en: "Addresses, secrets and applications", zh: "网址、敏感信息和应用" }
    addresses() { en: "Addresses of web pages", zh: "网页地址" }
    addresses_without_query() { en: "without what follows ? and #", zh: "去掉问号和井号之后的部分" }
    addresses_site() { en: "the site only", zh: "仅保留网站" }
    addresses_whole() { en: "whole", zh: "完整保留" }
    secrets() { en: "Removed from every text", zh: "从所有文字中移除" }
    secret_email() { en: "e-mail addresses", zh: "电子邮件地址" }
    secret_iban() { en: "bank account numbers (IBAN)", zh: "银行账号（IBAN）" }
    secret_card() { en: "payment card numbers", zh: "银行卡号" }
    secret_jwt() { en: "web tokens (JWT)", zh: "网络令牌（JWT）" }
    secret_key() { en: "access keys of known services", zh: "常见服务的访问密钥" }
    secret_private_key() { en: "private keys", zh: "私钥" }
    dropped() { en: "Applications not recorded at all", zh: "完全不记录的应用" }
    time_only() { en: "Applications of which only the time is kept", zh: "只记录时长的应用" }
    one_a_line() { en: "One a line. Proton Pass is also found as me.proton.Pass.", zh: "每行一个。Proton Pass 也能识别为 me.proton.Pass。" }
    patterns() { en: "Your own patterns", zh: "自定义规则" }
    pattern_new() { en: "Add a pattern of your own", zh: "添加自定义规则" }
    pattern_drops(pattern, place) { en: "{pattern} in {place}: nothing of it is kept", zh: "{place}中有 {pattern}：完全不保留" }
    pattern_replaces(pattern, place, replacement) {
        en: "{pattern} in {place}: the text becomes {replacement}",
        zh: "{place}中有 {pattern}：文字改为 {replacement}",
    }
    pattern_off() { en: "not in force", zh: "未启用" }
    pattern_broken(reason) {
        en: "It is not a regular expression, so everything it would look at is left out: {reason}",
        zh: "这不是正则表达式，因此它涉及的内容全部排除：{reason}",
    }
    place_any() { en: "any text", zh: "任意文字" }
    place_title() { en: "titles", zh: "标题" }
    place_url() { en: "addresses", zh: "网址" }
    place_app() { en: "application names", zh: "应用名称" }
    place_other(field) { en: "the field {field}", zh: "字段 {field}" }
    remove() { en: "Remove", zh: "移除" }
    remove_pattern(pattern) { en: "Remove the pattern {pattern}", zh: "移除规则 {pattern}" }
    what_then() { en: "Then", zh: "处理方式" }
    then_drop() { en: "keep nothing of the window", zh: "完全不保留该窗口" }
    then_replace() { en: "replace the text", zh: "替换文字" }
    replacement() { en: "Replaced by", zh: "替换为" }
    sample() { en: "Try it on a title", zh: "用一个标题试试" }
    sample_why() { en: "Nothing is stored by trying.", zh: "试用不会保存任何内容。" }
    try_sample() { en: "Show what would be kept", zh: "查看会保留什么" }
    add_pattern() { en: "Add the pattern", zh: "添加规则" }
    sample_kept(text) { en: "Kept: {text}", zh: "保留：{text}" }
    sample_same() { en: "Kept as it is.", zh: "原样保留。" }
    sample_dropped() { en: "Nothing of this window would be kept.", zh: "该窗口完全不会保留。" }
    sample_empty() { en: "Write a title to try it on.", zh: "请填写一个标题。" }
    pattern_empty() { en: "Write what to look for.", zh: "请填写查找内容。" }
    pattern_drops_all() {
        en: "This is found in every text, so nothing would be kept any more. To stop recording, pause it or withdraw consent below.",
        zh: "这会匹配所有文字，将不再保留任何内容。若要停止记录，请在下方暂停或撤回同意。",
    }
    reapply() { en: "Apply to what is stored already", zh: "应用到已存数据" }
    reapply_why() {
        en: "The rules hold for what comes. Applied to what is stored, they remove it there too. This cannot be undone.",
        zh: "规则只对今后的数据生效。应用到已存数据会将其中的内容一并移除，且无法撤销。",
    }
    reapply_confirm() { en: "Remove it from what is stored, for good", zh: "从已存数据中永久移除" }
    reapply_unconfirmed() { en: "Tick the box to confirm: this cannot be undone.", zh: "请勾选以确认：此操作无法撤销。" }
    reapply_do() { en: "Apply now", zh: "立即应用" }

    retention() { en: "How long it is kept", zh: "保留时间" }
    retention_why() {
        en: "Everything is kept until you erase it, unless you say otherwise. What is older goes once a day.",
        zh: "除非另有设置，一切都会保留到您删除为止。过期数据每天清理一次。",
    }
    retention_none() { en: "No source has sent anything yet.", zh: "还没有来源发送过数据。" }
    kind() { en: "What", zh: "内容" }
    kept() { en: "Kept", zh: "保留" }
    oldest() { en: "Oldest", zh: "最早" }
    entries() { en: "Entries", zh: "条数" }
    for_ever() { en: "for ever", zh: "永久" }
    days(count) { en: "{count} days", zh: "{count} 天" }
    keep() { en: "Keep", zh: "保留" }
    keep_for() { en: "For", zh: "时长" }
    unit() { en: "Unit", zh: "单位" }
    unit_days() { en: "days", zh: "天" }
    unit_months() { en: "months of 30 days", zh: "个月，每月 30 天" }
    retention_look() { en: "Show what would go", zh: "查看会清理什么" }
    retention_number() { en: "Write a number from 1 to 36500.", zh: "请填写 1 到 36500 之间的数字。" }
    retention_too_long() { en: "Longer than a hundred years: choose for ever instead.", zh: "超过一百年：请改选永久。" }
    retention_kind() { en: "Choose what to keep.", zh: "请选择保留内容。" }
    retention_title(kind) { en: "How long to keep: {kind}", zh: "保留时间：{kind}" }
    retention_goes(count, date, kept) {
        en: "Kept for {kept}, {count} entries from before {date} go within a day, and from then on each day what has grown too old.",
        zh: "若保留 {kept}，{date} 之前的 {count} 条记录将在一天内清除，此后每天清除过期的记录。",
    }
    retention_nothing_goes(kept) {
        en: "Kept for {kept}, nothing goes now. From then on what has grown too old goes each day.",
        zh: "若保留 {kept}，现在没有需要清除的记录；此后每天清除过期的记录。",
    }
    retention_stays() { en: "Kept for ever, nothing goes unless you erase it.", zh: "永久保留，除非您删除，否则不会清除任何内容。" }
    retention_final() {
        en: "You can undo the setting. What has gone by then is gone.",
        zh: "此设置可以撤销，但届时已清除的内容无法恢复。",
    }
    retention_save() { en: "Keep it so", zh: "按此保留" }

    recording() { en: "Recording", zh: "记录" }
    recording_why() {
        en: "A source is recorded only while you agree to it. Without consent whatever it sends is refused; what is stored already stays until you erase it.",
        zh: "只有在您同意期间才会记录某个来源。撤回同意后，它发送的一切都会被拒绝；已存的数据会保留到您删除为止。",
    }
    sources_none() { en: "No source has asked yet. Today says how to begin.", zh: "还没有来源。请看“今天”页面了解如何开始。" }
    source() { en: "Source", zh: "来源" }
    senses() { en: "What it senses", zh: "采集内容" }
    agreed() { en: "Agreed", zh: "同意" }
    agreed_since(date) { en: "since {date}", zh: "自 {date} 起" }
    withdrawn_since(date) { en: "withdrawn on {date}", zh: "已于 {date} 撤回" }
    never_agreed() { en: "not agreed", zh: "未同意" }
    withdraw() { en: "Withdraw", zh: "撤回" }
    withdraw_from(source) { en: "Withdraw consent for {source}", zh: "撤回对 {source} 的同意" }
    agree() { en: "Agree", zh: "同意" }
    agree_to(source) { en: "Agree to record {source}", zh: "同意记录 {source}" }

    tokens() { en: "Programs with a token", zh: "持有令牌的程序" }
    tokens_why() {
        en: "A token lets a program in, as far as it says. Your own programs on this computer need none.",
        zh: "令牌允许程序在其权限范围内访问。本机上您自己的程序不需要令牌。",
    }
    tokens_none() { en: "There are none.", zh: "还没有。" }
    token() { en: "Token", zh: "令牌" }
    may() { en: "May", zh: "权限" }
    used() { en: "Last used", zh: "最后使用" }
    ends() { en: "Ends", zh: "到期" }
    never() { en: "never", zh: "从未" }
    never_ends() { en: "never", zh: "永不" }
    ended() { en: "has ended", zh: "已到期" }
    may_everything() { en: "do everything", zh: "一切操作" }
    may_read() { en: "read", zh: "读取" }
    may_send(bucket) { en: "send to {bucket}", zh: "向 {bucket} 发送" }
    revoke() { en: "Revoke", zh: "吊销" }
    revoke_named(name) { en: "Revoke {name}. This cannot be undone", zh: "吊销 {name}。此操作无法撤销" }
    revoke_final() { en: "Revoking holds at once and cannot be undone; a new token can be made.", zh: "吊销立即生效且无法撤销；可以另建新令牌。" }
    token_new() { en: "Make a token", zh: "新建令牌" }
    token_for() { en: "For", zh: "用途" }
    token_for_why() { en: "What you call it, such as the program's name.", zh: "便于辨认的名称，例如程序名。" }
    token_bucket() { en: "Bucket, if it sends", zh: "若为发送，填写数据桶" }
    scope_read() { en: "read everything", zh: "读取全部内容" }
    scope_send() { en: "send to one bucket, and read nothing", zh: "只向一个数据桶发送，不能读取" }
    scope_admin() { en: "do everything, erasing included", zh: "一切操作，包括删除" }
    token_days() { en: "Days it lasts", zh: "有效天数" }
    token_days_why() { en: "Empty: until it is revoked.", zh: "留空表示直到吊销为止。" }
    token_make() { en: "Make the token", zh: "创建令牌" }
    token_no_name() { en: "Give it a name of at most 100 characters.", zh: "请填写名称，最多 100 个字符。" }
    token_no_bucket() { en: "Name the bucket it may send to: at most 256 bytes, no control characters.", zh: "请填写可发送的数据桶：最多 256 字节，不含控制字符。" }
    token_bad_days() { en: "Write a number from 1 to 36500, or nothing.", zh: "请填写 1 到 36500 之间的数字，或留空。" }
    token_made(name) { en: "The token of {name}", zh: "{name}的令牌" }
    token_once() {
        en: "Copy it now: attnd keeps only its fingerprint and cannot show it again. It goes after Authorization: Bearer.",
        zh: "请立即复制：attnd 只保存其指纹，无法再次显示。使用时放在 Authorization: Bearer 之后。",
    }

    sessions() { en: "Browsers signed in", zh: "已登录的浏览器" }
    sessions_why() {
        en: "Each lasts 30 days. Ending the one you are reading in signs you out; attnd open signs in again.",
        zh: "每次登录有效 30 天。结束当前浏览器的登录会使您退出；运行 attnd open 可重新登录。",
    }
    session_since(date) { en: "signed in {date}", zh: "{date} 登录" }
    session_end() { en: "End", zh: "结束" }
    session_end_named(date) { en: "End the session of {date}", zh: "结束 {date} 的登录" }

    extensions() { en: "Browser extensions", zh: "浏览器扩展" }
    extensions_why() {
        en: "An extension asks, you answer. It may send to its bucket and read nothing.",
        zh: "扩展提出请求，由您答复。它只能向自己的数据桶发送，不能读取任何内容。",
    }
    extensions_none() { en: "None has asked.", zh: "还没有扩展提出请求。" }
    extension() { en: "Extension", zh: "扩展" }
    standing() { en: "Answer", zh: "答复" }
    standing_pending() { en: "asks", zh: "等待答复" }
    standing_approved() { en: "allowed", zh: "已允许" }
    standing_refused() { en: "refused", zh: "已拒绝" }
    extension_into(bucket) { en: "to {bucket}", zh: "发送到 {bucket}" }
    allow() { en: "Allow", zh: "允许" }
    refuse() { en: "Refuse", zh: "拒绝" }
    forget() { en: "Forget", zh: "忘记" }
    allow_named(origin) { en: "Allow {origin}", zh: "允许 {origin}" }
    refuse_named(origin) { en: "Refuse {origin}", zh: "拒绝 {origin}" }
    forget_named(origin) { en: "Forget {origin}", zh: "忘记 {origin}" }
    forget_why() {
        en: "A refused extension is not shown again when it asks; a forgotten one may ask anew.",
        zh: "被拒绝的扩展再次请求时不会显示；忘记后可以重新请求。",
    }

    data() { en: "Your data", zh: "您的数据" }
    data_why() { en: "All of it is on this computer, and yours to take along or to erase.", zh: "所有数据都在本机上，您可以随时带走或删除。" }
    export_all() { en: "Save everything as a file (NDJSON)", zh: "将全部数据存为文件（NDJSON）" }
    export_aw() { en: "Save what was recorded in ActivityWatch's format", zh: "以 ActivityWatch 格式保存记录" }
    audit() { en: "Who changed what: the log", zh: "谁更改了什么：日志" }
    erase() { en: "Erase", zh: "删除数据" }
    erase_why() {
        en: "What is erased is removed from the files and the backups at once. It cannot be undone.",
        zh: "删除的内容会立即从文件和备份中清除，无法恢复。",
    }
    erase_what() { en: "What", zh: "范围" }
    erase_period() { en: "everything recorded in these days", zh: "这些日期的全部记录" }
    erase_everything() { en: "everything attnd has about me", zh: "attnd 中关于我的一切" }
    erase_everything_why() {
        en: "That is all that was recorded, settings, tokens and this browser's session. The log stays, and says that it happened.",
        zh: "包括所有记录、设置、令牌和此浏览器的登录。日志会保留，并注明此次删除。",
    }
    first_day() { en: "From", zh: "从" }
    last_day() { en: "To", zh: "到" }
    erase_type(word) { en: "To confirm, write {word}", zh: "请输入 {word} 确认" }
    erase_word() { en: "erase", zh: "删除" }
    erase_do() { en: "Erase for good", zh: "永久删除" }
    erase_no_word(word) { en: "Nothing was erased. Write {word} here to confirm.", zh: "未删除任何内容。请在此输入 {word} 确认。" }
    erase_no_days() { en: "Nothing was erased. Write both days, the earlier first.", zh: "未删除任何内容。请填写两个日期，较早的在前。" }
    erased_title() { en: "Erased", zh: "已删除" }
    erased_headline() { en: "Everything attnd had about you is gone.", zh: "attnd 中关于您的一切都已删除。" }
    erased_why(events) {
        en: "{events} entries, your settings, tokens and sessions were removed for good. This browser is signed out too; run attnd open to sign in again.",
        zh: "{events} 条记录以及您的设置、令牌和登录均已永久清除。此浏览器也已退出；运行 attnd open 可重新登录。",
    }

    audit_headline() { en: "Who changed what.", zh: "谁更改了什么。" }
    audit_lead() {
        en: "The last 50 lines of the log. It can only grow; each line seals the one before it.",
        zh: "日志的最后 50 行。日志只增不减，每一行都为前一行封存。",
    }
    audit_none() { en: "Nothing has been changed yet.", zh: "还没有任何更改。" }
    when() { en: "When", zh: "时间" }
    who() { en: "Who", zh: "操作者" }
    what() { en: "What", zh: "操作" }
    to_what() { en: "To what", zh: "对象" }
    actor_session() { en: "you, in a browser", zh: "您（浏览器）" }
    actor_local() { en: "your program", zh: "您的程序" }
    actor_daemon() { en: "attnd itself", zh: "attnd 自身" }
    actor_token(id) { en: "token {id}", zh: "令牌 {id}" }
    actor_pairing(id) { en: "extension {id}", zh: "扩展 {id}" }

    look() { en: "Language, appearance, time", zh: "语言、外观与时间" }
    look_zone(zone) {
        en: "Times are those of {zone}, as this browser says.",
        zh: "时间按 {zone} 显示，以此浏览器的设置为准。",
    }
    look_no_zone() { en: "Times are those of this computer.", zh: "时间按本机设置显示。" }
    look_why() { en: "Kept in this browser only. ", zh: "只保存在此浏览器中。" }
}
