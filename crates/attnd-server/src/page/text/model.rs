//! What does Model say?

super::texts! {
    /// The words of Model.
    ModelText

    title() { en: "Model", zh: "模型" }

    span(from, to) { en: "Between {from} and {to}", zh: "{from} 到 {to}" }
    span_of(when, from, to) { en: "Between {from} and {to} {when}", zh: "{when}{from} 到 {to}" }
    focus_likely(span, time) { en: "{span} you were probably focused for {time}.", zh: "{span}，您大约专注了 {time}。" }
    focus_hardly(span) { en: "{span} you were probably hardly focused.", zh: "{span}，您大概几乎没有专注。" }
    focus_unknown(span) { en: "{span}: attnd cannot tell how focused you were.", zh: "{span}：attnd 无法判断您有多专注。" }
    load_likely(span, time) { en: "{span} mental work was probably high for {time}.", zh: "{span}，脑力负担较大的时间大约 {time}。" }
    load_hardly(span) { en: "{span} mental work was probably low.", zh: "{span}，脑力负担大概不大。" }
    load_unknown(span) { en: "{span}: attnd cannot tell how much mental work it was.", zh: "{span}：attnd 无法判断脑力负担有多大。" }
    sure_all() { en: "attnd can judge nearly all of that time.", zh: "这段时间 attnd 几乎都能判断。" }
    sure_part(part) { en: "attnd can judge {part} of that time, and not the rest.", zh: "这段时间 attnd 能判断{part}，其余不能。" }
    headline_nothing() { en: "attnd knows nothing yet about how focused you are.", zh: "attnd 还不知道您有多专注。" }
    headline_nothing_load() { en: "attnd knows nothing yet about how much mental work you do.", zh: "attnd 还不知道您的脑力负担有多大。" }
    part_most() { en: "most", zh: "大部分" }
    part_half() { en: "about half", zh: "大约一半" }
    part_third() { en: "about a third", zh: "大约三分之一" }
    part_little() { en: "a small part", zh: "一小部分" }

    rests_on_rules() {
        en: "From general rules alone, no answer of yours yet. They have not been checked against you.",
        zh: "仅根据通用规则，还没有您的回答，也尚未与您的实际情况核对过。",
    }
    rests_on_rules_and_answers(count) {
        en: "From general rules; {count} are too few to learn from you yet.",
        zh: "根据通用规则；{count}还不足以了解您。",
    }
    rests_on_answers(count) { en: "From {count}.", zh: "根据{count}。" }
    rests_on_nothing() { en: "There are no general rules for it.", zh: "对此没有通用规则。" }
    rests_on_nothing_but_answers(count) { en: "There are no general rules for it, only {count}.", zh: "对此没有通用规则，只有{count}。" }
    why_sentence(why) { en: "The reason: {why}.", zh: "原因：{why}。" }
    answers_no() { en: "no answer of yours", zh: "您的 0 个回答" }
    answers_one() { en: "one answer of yours", zh: "您的 1 个回答" }
    answers_many(count) { en: "{count} answers of yours", zh: "您的 {count} 个回答" }
    teach_nothing() {
        en: "It needs a running watcher to see the rhythm of your work, and your own word for it a few times a day.",
        zh: "它需要一个正在运行的采集器来观察工作节奏，还需要您每天几次说出实情。",
    }
    teach_watch() { en: "How to start a watcher", zh: "如何启动采集器" }
    teach_questions() { en: "Let attnd ask, a few times a day", zh: "让 attnd 每天问几次" }
    teach_answers() { en: "Answer one now:", zh: "现在就回答：" }

    why_little() { en: "too little was recorded before", zh: "之前的记录太少" }
    why_both() { en: "both answers are possible", zh: "两种答案都有可能" }
    why_paused() { en: "recording was paused", zh: "记录已暂停" }
    why_no_consent() { en: "you do not want it estimated", zh: "您不希望作此估计" }
    why_one_answer() { en: "it takes one more answer of yours", zh: "还需要您的 1 个回答" }
    why_answers(count) { en: "it takes {count} more answers of yours", zh: "还需要您的 {count} 个回答" }

    questions() { en: "What to look at", zh: "查看内容" }
    focus() { en: "Focus", zh: "专注" }
    load() { en: "Mental work", zh: "脑力负担" }

    estimated_focus() { en: "How likely you were focused", zh: "专注的可能性" }
    estimated_load() { en: "How likely mental work was high", zh: "脑力负担较大的可能性" }
    estimate_key() {
        en: "The line is the best guess, the band where nine in ten should lie. Where the ground is hatched, it is not known. A dot is an answer of yours, the higher the more.",
        zh: "线是最佳判断，色带是十分之九应落入的范围；斜纹处表示无法判断；圆点是您的回答，越高表示越强。",
    }
    estimate_short() { en: "Estimated focus", zh: "估计专注" }
    estimate_mean(percent) { en: "{percent} on average", zh: "平均 {percent}" }
    estimate_unknown() { en: "not known", zh: "无法判断" }
    estimate_lane(name, mean) { en: "{name}: {mean}.", zh: "{name}：{mean}。" }
    estimate_why() { en: "Why, and how sure", zh: "原因和把握程度" }
    estimate_lane_key() {
        en: "The line below is how likely you were focused, with the band it should lie in; hatched, it is not known.",
        zh: "下方的线是专注的可能性，色带是应落入的范围；斜纹处无法判断。",
    }
    estimate_stop(from, to, yes, low, high) {
        en: "{from} – {to}  likely focused: {yes}, between {low} and {high}",
        zh: "{from} – {to}  专注的可能性 {yes}，在 {low} 到 {high} 之间",
    }
    estimate_stop_load(from, to, yes, low, high) {
        en: "{from} – {to}  mental work likely high: {yes}, between {low} and {high}",
        zh: "{from} – {to}  脑力负担较大的可能性 {yes}，在 {low} 到 {high} 之间",
    }
    estimate_stop_unknown(from, to, why) { en: "{from} – {to}  not known: {why}", zh: "{from} – {to}  无法判断：{why}" }
    estimate_summary(from, to, known, unknown, mean) {
        en: "From {from} to {to}: known for {known}, on average {mean}; not known for {unknown}.",
        zh: "{from} 到 {to}：{known}有判断，平均 {mean}；{unknown}无法判断。",
    }
    estimate_summary_none(from, to) { en: "From {from} to {to}: not known.", zh: "{from} 到 {to}：无法判断。" }
    estimate_table() { en: "As a table", zh: "以表格显示" }
    estimate_hint() { en: "Point at the picture, or move through it with ← and →, to read a stretch.", zh: "指向图形，或用 ← 和 → 逐段移动，即可读取。" }
    estimate_keys() { en: "Move with the left and right arrow keys; w says that it was wrong", zh: "用左右方向键移动；按 w 表示判断有误" }
    likelihood() { en: "Likely", zh: "可能性" }
    range_of() { en: "Between", zh: "范围" }
    percent_range(low, high) { en: "{low} and {high}", zh: "{low} 至 {high}" }
    not_known(why) { en: "not known: {why}", zh: "无法判断：{why}" }

    wrong() { en: "This was wrong", zh: "判断有误" }
    wrong_other() { en: "Say how it was, of any stretch", zh: "说明任意时段的实情" }
    wrong_from() { en: "From", zh: "从" }
    wrong_to() { en: "To", zh: "到" }
    wrong_value() { en: "It was", zh: "实际是" }
    wrong_keep() { en: "Keep as an answer", zh: "记为回答" }
    key_wrong() { en: "The estimate under the cursor, else the last, was wrong", zh: "光标处（否则最近一段）的判断有误" }
    key_question() { en: "Focus or mental work", zh: "专注或脑力负担" }

    reasons_of(from, to) { en: "What spoke for and against it, {from} to {to}", zh: "{from} 到 {to}，支持与不支持的依据" }
    reasons_none() { en: "Nothing stood out against what is usual for you.", zh: "与您平常相比，没有明显的不同。" }
    reason_for() { en: "for", zh: "支持" }
    reason_against() { en: "against", zh: "不支持" }
    reason_usual(now, usual) { en: "{now}, usually {usual}", zh: "{now}，通常 {usual}" }
    reason_what() { en: "What", zh: "依据" }
    reason_then() { en: "Then", zh: "当时" }
    reason_now() { en: "Then, and usually", zh: "当时与平常" }
    reason_effect() { en: "Speaks", zh: "作用" }
    reasons_how() {
        en: "What each adds to the log-odds against your own usual; together they make the estimate where the model is linear.",
        zh: "各项相对您平常水平对对数几率的贡献；模型为线性时，加起来就是估计值。",
    }

    curve() { en: "Does it learn?", zh: "它在进步吗？" }
    curve_note() {
        en: "Each answer was predicted before it was used. Lower is better; a line that stays above the dashed ones has learned nothing.",
        zh: "每个回答都先预测、后学习。越低越好；若一直在虚线之上，说明什么也没学到。",
    }
    curve_few(count) { en: "From ten answers on there is a curve; there are {count}.", zh: "有 10 个回答后才能画出曲线；目前有 {count} 个。" }
    curve_none() { en: "From ten answers on there is a curve; there is none yet.", zh: "有 10 个回答后才能画出曲线；目前还没有。" }
    curve_ours() { en: "In use", zh: "使用中" }
    curve_rules() { en: "Rules", zh: "规则" }
    curve_base() { en: "Share of yes", zh: "“是”的比例" }
    curve_hour() { en: "Hour of day", zh: "按时刻" }
    curve_from(count) { en: "{count}", zh: "{count}" }
    curve_answers(count) { en: "{count} answers", zh: "{count} 个回答" }
    curve_summary(ours, best, name) {
        en: "Mean log-loss over the last answers: {ours} in use, {best} for the best simple rule ({name}).",
        zh: "最近回答的平均对数损失：使用中 {ours}，最好的简单规则（{name}）{best}。",
    }
    curve_better(name, percent) { en: "Over the last answers it was {percent} better than the best simple rule, {name}.", zh: "在最近的回答上，比最好的简单规则（{name}）好 {percent}。" }
    curve_worse(name, percent) { en: "Over the last answers it was {percent} worse than the best simple rule, {name}.", zh: "在最近的回答上，比最好的简单规则（{name}）差 {percent}。" }
    curve_same(name) { en: "Over the last answers it was no better than the best simple rule, {name}.", zh: "在最近的回答上，与最好的简单规则（{name}）不相上下。" }
    curve_name() { en: "What", zh: "名称" }
    curve_last() { en: "Log-loss", zh: "对数损失" }

    calibration() { en: "Can its percentages be trusted?", zh: "它的百分比可信吗？" }
    calibration_one(said, was, count) { en: "When it said about {said}, it was so in {was} of {count}.", zh: "它说约 {said} 时，{count} 次中有 {was} 是这样。" }
    calibration_note() {
        en: "A dot is a range of what was said, the larger the more answers; the bar is where chance alone may have put it. On the diagonal it is right.",
        zh: "每个点是一段预测值，越大表示回答越多；竖线是偶然性可能造成的范围；落在对角线上就是准确。",
    }
    calibration_few() { en: "There are too few answers to say.", zh: "回答太少，无法判断。" }
    calibration_said() { en: "said", zh: "预测" }
    calibration_was() { en: "was", zh: "实际" }
    calibration_count() { en: "Answers", zh: "回答数" }
    calibration_ece(points) { en: "On average it is off by {points} points in a hundred (ECE).", zh: "平均偏差 {points} 个百分点（ECE）。" }
    calibration_summary(answers, sentence) { en: "Of {answers}. {sentence}", zh: "共{answers}。{sentence}" }

    ladder() { en: "Which model is used, and why", zh: "使用哪个模型，为什么" }
    ladder_note() {
        en: "Each step must do better than the one before on your own later answers, or it is not used.",
        zh: "每一级都必须在您之后的回答上胜过前一级，否则不使用。",
    }
    ladder_stage() { en: "Step", zh: "级别" }
    ladder_loss() { en: "Log-loss", zh: "对数损失" }
    ladder_why() { en: "Why", zh: "原因" }
    stage_normalised() { en: "General rules, against what is usual for you", zh: "通用规则，以您的平常水平为准" }
    stage_intercept() { en: "Set to how you answer", zh: "按您的回答习惯校正" }
    stage_weights() { en: "Weights of your own", zh: "您自己的权重" }
    stage_low_rank() { en: "A small network of your own", zh: "您自己的小型网络" }
    standing_champion(judged) { en: "in use; judged by {judged}", zh: "使用中；由{judged}检验" }
    standing_champion_unjudged() { en: "in use; not judged yet", zh: "使用中；尚未检验" }
    standing_challenger(judged) { en: "not better by enough, over {judged}", zh: "在{judged}上优势不够" }
    standing_few(missing) { en: "needs {missing} more answers", zh: "还需要 {missing} 个回答" }
    standing_few_one() { en: "needs one more answer", zh: "还需要 1 个回答" }
    standing_idle() { en: "nothing it could say yet", zh: "目前还无从判断" }
    standing_absent() { en: "this model has none", zh: "此模型没有这一级" }

    history() { en: "What changed", zh: "变更记录" }
    history_none() { en: "Nothing has changed since attnd began with you.", zh: "开始使用以来没有变化。" }
    history_when() { en: "When", zh: "时间" }
    history_what() { en: "What", zh: "变更" }
    history_why() { en: "Why", zh: "原因" }
    history_to(from, to) { en: "{from} → {to}", zh: "{from} → {to}" }
    history_better(nats, over) { en: "better by {nats} nats an answer, over {over}", zh: "在{over}上，每个回答好 {nats} nat" }
    history_worse(nats, over) { en: "taken back: worse by {nats} nats an answer, over {over}", zh: "退回：在{over}上，每个回答差 {nats} nat" }
    history_drift(since) { en: "your answers changed; it learns from those since {since}", zh: "您的回答发生了变化；只从 {since} 以后的学习" }

    card() { en: "The model's card", zh: "模型卡" }
    card_estimator() { en: "Estimator", zh: "估计方法" }
    estimator_nothing() { en: "none yet", zh: "尚无" }
    estimator_rules() { en: "General rules", zh: "通用规则" }
    estimator_rules_base() { en: "General rules, set to how you answer", zh: "通用规则，按您的回答习惯校正" }
    estimator_rules_weights() { en: "General rules, with weights of your own", zh: "通用规则，加上您自己的权重" }
    estimator_base() { en: "How often you say yes", zh: "您回答“是”的比例" }
    estimator_weights() { en: "Weights of your own", zh: "您自己的权重" }
    split_prequential() { en: "each answer, predicted from those before it", zh: "每个回答都由之前的回答预测" }
    card_question() { en: "Question", zh: "问题" }
    card_question_focus() { en: "Concentration of 4 or 5 of 5", zh: "专注程度为 4 或 5（满分 5）" }
    card_question_load() { en: "Mental load of 3 or more of 5, or raw TLX of 50 or more", zh: "脑力负担不低于 3（满分 5），或原始 TLX 不低于 50" }
    card_reads_count(count) { en: "{count} features", zh: "{count} 个特征" }
    card_reads() { en: "Reads", zh: "读取" }
    card_learnt() { en: "Learned from", zh: "学习自" }
    card_learnt_answers(count, yes, from, to) { en: "{count}, {yes} of them yes, {from} to {to}", zh: "{count}，其中 {yes} 个为是，{from} 至 {to}" }
    card_learnt_nothing() { en: "no answer: nothing was learned", zh: "没有回答：没有学习" }
    card_fitted() { en: "Last learned", zh: "最近学习" }
    card_hash() { en: "Data hash (SHA-256)", zh: "数据哈希（SHA-256）" }
    card_split() { en: "Checked on", zh: "检验方式" }
    card_seed() { en: "Seed", zh: "种子" }
    card_ours() { en: "Figures", zh: "指标" }
    card_rules() { en: "The rules alone", zh: "仅用规则" }
    card_base() { en: "Share of yes so far", zh: "仅用“是”的比例" }
    card_figures(auc, brier, loss, ece, answers) {
        en: "AUC {auc}, Brier {brier}, log-loss {loss}, ECE {ece}; {answers}",
        zh: "AUC {auc}，Brier {brier}，对数损失 {loss}，ECE {ece}；{answers}",
    }
    card_no_figures() { en: "none yet", zh: "尚无" }
    card_undefined() { en: "not defined", zh: "无定义" }
    card_coverage() { en: "Sets held the answer", zh: "集合包含答案" }
    card_coverage_words(observed, nominal, unknown, answers) {
        en: "{observed}, where {nominal} was meant; both answers possible in {unknown}; {answers}",
        zh: "{observed}，目标为 {nominal}；{unknown} 为两种答案都可能；{answers}",
    }
    card_limits() { en: "Limits", zh: "局限" }
    limit_few() { en: "Figures on fewer than 30 answers say little.", zh: "少于 30 个回答的指标说明不了什么。" }
    limit_one_kind() { en: "All answers are the same so far.", zh: "到目前为止，所有回答都一样。" }
    limit_no_input() { en: "Keyboard and mouse are not sensed.", zh: "没有采集键盘与鼠标。" }
    limit_no_physiology() { en: "No pupil or heart is sensed live.", zh: "没有实时采集瞳孔或心率。" }
    limit_one_person() { en: "Learned from you alone; it says nothing of anybody else.", zh: "只从您一人学习，不能说明其他任何人。" }
    limit_self_report() { en: "It estimates what you would answer, which is not the same as what was the case.", zh: "它估计的是您会如何回答，而不等于实际情况。" }

    answers() { en: "Your answers", zh: "您的回答" }
    answers_note(count) { en: "{count} in all; the newest are shown.", zh: "共 {count} 个；显示最近的。" }
    answers_earlier() { en: "Earlier answers", zh: "更早的回答" }
    answers_none() { en: "You have not answered anything yet.", zh: "您还没有回答过。" }
    answers_when() { en: "About", zh: "时段" }
    answers_question() { en: "Question", zh: "问题" }
    answers_value() { en: "Answer", zh: "回答" }
    answers_said() { en: "attnd had said", zh: "attnd 当时的判断" }
    answers_change() { en: "Change", zh: "更改" }
    answers_delete() { en: "Delete", zh: "删除" }
    answers_change_of(about) { en: "Change the answer about {about}", zh: "更改关于 {about} 的回答" }
    answers_delete_of(about) { en: "Delete the answer about {about}", zh: "删除关于 {about} 的回答" }
    answers_csv() { en: "All answers as CSV", zh: "全部回答（CSV）" }
    answers_ndjson() { en: "All answers as NDJSON", zh: "全部回答（NDJSON）" }
    answers_corrected(question) { en: "{question} (correction)", zh: "{question}（更正）" }
    about(date, from, to) { en: "{date}, {from} – {to}", zh: "{date} {from} – {to}" }
    undo() { en: "Undo", zh: "撤销" }

    sources() { en: "What it learns from", zh: "从什么学习" }
    sources_why() {
        en: "Only from what you allow here. Withdrawn, it learns anew without it.",
        zh: "只从您在此允许的内容学习。撤回后会去掉它重新学习。",
    }
    source_flow() { en: "The rhythm of your work: windows and categories", zh: "工作节奏：窗口与类别" }
    source_input() { en: "Keyboard and mouse rhythm, counts only", zh: "键盘与鼠标节奏，只计次数" }
    source_recordings() { en: "Recordings: pupil, heart and others you imported", zh: "记录：您导入的瞳孔、心率等" }
    source_undecided() { en: "looked at, not learned from", zh: "仅供规则读取，不用于学习" }
    source_given() { en: "looked at and learned from", zh: "读取并用于学习" }
    source_withdrawn() { en: "neither looked at nor learned from", zh: "不读取，也不学习" }
    source_allow() { en: "Allow", zh: "允许" }
    source_withdraw() { en: "Withdraw", zh: "撤回" }
    source_said() { en: "What it may learn from has changed.", zh: "可学习的内容已更改。" }
    allow_of(name) { en: "Allow: {name}", zh: "允许：{name}" }
    withdraw_of(name) { en: "Withdraw: {name}", zh: "撤回：{name}" }
    unreadable(reason) { en: "Something kept cannot be read and was left as it is: {reason}", zh: "有保存的内容无法读取，已原样保留：{reason}" }

    flow_heading() { en: "Estimated focus", zh: "估计的专注" }
    flow_note() {
        en: "A bar is where the mean of a step should lie, its line the best guess; a dot is an answer of yours, at the bottom not at all focused, at the top fully. Nothing stands where nothing is known.",
        zh: "竖条是每一段均值应落入的范围，横线是最佳判断；圆点是您的回答，最下为完全不专注，最上为完全专注。无法判断处留空。",
    }
    flow_bar(step, yes, low, high) { en: "{step}: {yes}, between {low} and {high}", zh: "{step}：{yes}，在 {low} 到 {high} 之间" }
    flow_summary(mean, answers) { en: "Estimated focus: {mean} on average. Answers: {answers}.", zh: "估计的专注：平均 {mean}。回答：{answers} 个。" }
    flow_summary_unknown(answers) { en: "Estimated focus: not known. Answers: {answers}.", zh: "估计的专注：无法判断。回答：{answers} 个。" }
    flow_step() { en: "When", zh: "时间" }
    flow_known() { en: "Known", zh: "有判断" }
    flow_unknown() { en: "Not known", zh: "无法判断" }
}
