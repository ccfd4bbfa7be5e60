//! What went wrong, and what can be done? One table of every error a person or program can meet.

use std::fmt;

/// Declares the codes and their table in one place, so that neither can miss a row.
macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal,
        $en:literal, $zh:literal, $todo_en:literal, $todo_zh:literal;)*) => {
        /// Everything that can go wrong, by its stable code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $($(#[$doc])* $name,)* }

        impl ErrorCode {
            /// Every code, in the table's order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The row of the table.
            #[must_use]
            pub const fn info(self) -> ErrorInfo {
                match self {
                    $(Self::$name => ErrorInfo {
                        code: $code, status: $status,
                        message: Words { en: $en, zh: $zh },
                        todo: Words { en: $todo_en, zh: $todo_zh },
                    },)*
                }
            }
        }
    };
}

/// A sentence in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// English.
    pub en: &'static str,
    /// Simplified Chinese.
    pub zh: &'static str,
}

/// One row of the error table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorInfo {
    /// The stable word programs may match on.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What happened.
    pub message: Words,
    /// What to do next.
    pub todo: Words,
}

errors! {
    /// The body is no JSON.
    MalformedJson = "malformed_json", 400, "The request body is not valid JSON.", "请求正文不是有效的 JSON。",
        "Check the position given and send the request again.", "请检查所示位置后重新发送。";
    /// The JSON has the wrong shape.
    InvalidBody = "invalid_body", 400, "The request body does not have the expected shape.", "请求正文的结构不符合要求。",
        "Compare it with the API description at /api/v1/openapi.json.", "请对照 /api/v1/openapi.json 中的接口说明。";
    /// A query parameter is missing or wrong.
    InvalidParameter = "invalid_parameter", 400, "A request parameter is missing or wrong.", "请求参数缺失或有误。",
        "Correct the parameter named and send the request again.", "请更正所指参数后重新发送。";
    /// A time is out of range or lacks its zone.
    InvalidTime = "invalid_time", 400, "A time or duration is not valid.", "时间或时长无效。",
        "Use RFC 3339 with an offset, such as 2024-01-01T10:00:00Z, and durations of at least 0 seconds.",
        "请使用带时区的 RFC 3339 时间（如 2024-01-01T10:00:00Z），时长不得为负。";
    /// A query2 program is wrong.
    InvalidQuery = "invalid_query", 400, "The query could not be run.", "查询无法执行。",
        "Correct the query at the line and column given.", "请更正查询中所示的行列。";
    /// A category rule that would harm.
    RuleRefused = "rule_refused", 400, "The category rule cannot be used.", "该分类规则无法使用。",
        "Take an application, a site or a longer part of a title as the example, or correct the regular expression.",
        "请以应用、网站或更长的标题片段为例，或更正正则表达式。";
    /// A category that cannot be given.
    CategoryRefused = "category_refused", 400, "There cannot be a category of this name.", "不能使用此分类名称。",
        "Choose a path of 1 to 8 names of at most 64 characters each, other than Uncategorized.",
        "请使用 1 至 8 级、每级不超过 64 个字符的名称，且不能是 Uncategorized。";
    /// No change of rules is kept.
    NothingToUndo = "nothing_to_undo", 409, "There is no change of the category rules to undo.", "没有可撤销的分类规则更改。",
        "The last 20 changes are kept; edit the rules in Settings.", "仅保留最近 20 次更改；请在设置中编辑规则。";
    /// No change of answers is remembered.
    NoAnswerToUndo = "no_answer_to_undo", 409, "There is no change of your answers to undo.", "没有可撤销的回答更改。",
        "The last 20 changes since attnd was started can be undone; answers can be edited on page Model.",
        "仅可撤销 attnd 启动以来最近 20 次更改；可在“模型”页编辑回答。";
    /// The query took more than it may.
    QueryTooExpensive = "query_too_expensive", 400, "The query needs more time or memory than allowed.", "查询所需的时间或内存超过上限。",
        "Ask for a shorter period, or simplify the regular expression.", "请缩短时间范围，或简化正则表达式。";
    /// No Host header.
    HostMissing = "host_missing", 400, "The request has no Host header.", "请求缺少 Host 头。",
        "Use an HTTP/1.1 client.", "请使用 HTTP/1.1 客户端。";
    /// Host is not ours.
    HostInvalid = "host_invalid", 400, "The Host header is not one this server answers to.", "Host 头不属于本服务。",
        "Use http://127.0.0.1 or http://localhost with attnd's port.", "请使用 http://127.0.0.1 或 http://localhost 加 attnd 的端口。";
    /// No token, or a wrong one.
    Unauthorized = "unauthorized", 401, "This request needs a token or a session.", "此请求需要令牌或会话。",
        "Run 'attnd open' for a page, or 'attnd token create' for a program.", "页面请运行 attnd open，程序请运行 attnd token create。";
    /// The token's scope does not cover this.
    WrongScope = "wrong_scope", 403, "The token does not allow this.", "该令牌无权执行此操作。",
        "Create a token with the scope named: 'attnd token create --scope …'.", "请创建具有所需范围的令牌：attnd token create --scope …";
    /// A page or extension we do not know.
    OriginRefused = "origin_refused", 403, "Requests from this web origin are not allowed.", "不允许来自该网页来源的请求。",
        "If it is your browser extension, approve it on attnd's page.", "如果这是您的浏览器扩展，请在 attnd 页面上批准。";
    /// No consent for this source.
    NoConsent = "no_consent", 403, "There is no consent to record this source.", "尚未同意记录该来源。",
        "Give consent in Settings, or run 'attnd doctor'.", "请在设置中同意，或运行 attnd doctor。";
    /// Recording is paused.
    Paused = "paused", 403, "Recording is paused.", "记录已暂停。",
        "It resumes by itself at the time given; nothing sent meanwhile is kept.", "到所示时间会自动恢复；其间的数据不会保留。";
    /// No such bucket.
    NoBucket = "no_bucket", 404, "The requested bucket does not exist.", "所请求的数据桶不存在。",
        "Create it first with POST /api/0/buckets/<id>.", "请先用 POST /api/0/buckets/<id> 创建。";
    /// No such event.
    NoEvent = "no_event", 404, "The requested event does not exist.", "所请求的事件不存在。",
        "List the bucket's events to find its id.", "请列出该桶的事件以查找其编号。";
    /// No such route or thing.
    NotFound = "not_found", 404, "There is nothing at this address.", "该地址没有内容。",
        "See the API description at /api/v1/openapi.json.", "请参阅 /api/v1/openapi.json 中的接口说明。";
    /// Known route, other method.
    MethodNotAllowed = "method_not_allowed", 405, "This address does not answer to that method.", "该地址不支持此方法。",
        "See the Allow header for the methods it answers to.", "可用方法见 Allow 头。";
    /// Files that are no recording attnd can read.
    UnknownRecording = "unknown_recording", 400, "These files are no recording attnd can read.", "这些文件不是 attnd 可读取的记录。",
        "See 'attnd data formats'; for a table, say what its columns mean with --map and try it with --dry-run.",
        "请参阅 attnd data formats；对于表格，请用 --map 说明各列含义，并先用 --dry-run 试行。";
    /// No recording of that id.
    NoRecording = "no_recording", 404, "There is no recording of that id.", "没有该编号的记录。",
        "Run 'attnd data list' to see those there are.", "请运行 attnd data list 查看已有的记录。";
    /// Another thing already has that name or id.
    Conflict = "conflict", 409, "This conflicts with something that exists already.", "与已有内容冲突。",
        "Choose another id, or change the existing one.", "请换一个编号，或修改已有内容。";
    /// The body is too large.
    BodyTooLarge = "body_too_large", 413, "The request body is larger than this address accepts.", "请求正文超过该地址的上限。",
        "Send it in smaller parts; 'attnd import' does so for exports of any size.", "请分批发送；attnd import 可导入任意大小的导出文件。";
    /// Not JSON by its content type.
    UnsupportedMediaType = "unsupported_media_type", 415, "The request body must be JSON.", "请求正文必须是 JSON。",
        "Set 'Content-Type: application/json'.", "请设置 Content-Type: application/json。";
    /// Too many requests.
    RateLimited = "rate_limited", 429, "Too many requests.", "请求过多。",
        "Wait for the time in Retry-After and try again.", "请按 Retry-After 等待后重试。";
    /// Something broke on our side.
    Internal = "internal", 500, "attnd met a fault of its own.", "attnd 内部出错。",
        "Run 'attnd doctor'; nothing acknowledged is lost.", "请运行 attnd doctor；已确认的数据不会丢失。";
    /// The store is starting, stopping or damaged.
    Unavailable = "unavailable", 503, "The store is not available.", "存储暂不可用。",
        "Try again shortly; if it stays so, run 'attnd doctor'.", "请稍后重试；若持续如此，请运行 attnd doctor。";
    /// The disk is full.
    StorageFull = "storage_full", 507, "The disk is full; nothing was stored.", "磁盘已满，未存储任何内容。",
        "Free some space; attnd goes on by itself.", "请释放空间；attnd 会自动继续。";
    /// The port is taken.
    PortInUse = "port_in_use", 503, "Another program is using the port.", "端口已被其他程序占用。",
        "Stop it (an ActivityWatch server?), or choose another with --port.", "请停止该程序（是否为 ActivityWatch？），或用 --port 换一个端口。";
    /// The data directory cannot be written.
    DataDirReadOnly = "data_dir_read_only", 503, "The data directory cannot be written.", "数据目录不可写。",
        "Give your user write access to it, or choose another with --data-dir.", "请授予写权限，或用 --data-dir 另选目录。";
    /// Another attnd has the data directory.
    DataDirInUse = "data_dir_in_use", 503, "Another attnd is using the data directory.", "另一个 attnd 正在使用该数据目录。",
        "Stop the other one, or choose another directory with --data-dir.", "请停止另一个，或用 --data-dir 另选目录。";
    /// The database is from a newer attnd.
    DataNewer = "data_newer", 503, "The database was written by a newer attnd.", "数据库由更新版本的 attnd 写入。",
        "Install that version or newer; this one has changed nothing.", "请安装该版本或更新版本；当前版本未做任何改动。";
    /// The database is damaged.
    DataCorrupt = "data_corrupt", 503, "The database is damaged.", "数据库已损坏。",
        "The damaged file is kept; restore the newest backup with 'attnd doctor --restore'.", "损坏的文件已保留；可用 attnd doctor --restore 恢复最近的备份。";
    /// No daemon answers.
    DaemonUnreachable = "daemon_unreachable", 503, "No attnd answers at this address.", "该地址没有 attnd 响应。",
        "Start it with 'attnd serve', or run 'attnd doctor'.", "请用 attnd serve 启动，或运行 attnd doctor。";
    /// A file cannot be read or written.
    FileUnreadable = "file_unreadable", 400, "The file cannot be read or written.", "文件无法读取或写入。",
        "Check that it exists and that your user may use it.", "请确认文件存在且有访问权限。";
    /// A file to write is there already.
    FileExists = "file_exists", 409, "The file exists already; it was not changed.", "文件已存在，未作改动。",
        "Choose another name, or overwrite it with --force.", "请换一个文件名，或用 --force 覆盖。";
    /// An import is not an ActivityWatch export.
    InvalidImport = "invalid_import", 400, "The file is not a complete ActivityWatch export.", "该文件不是完整的 ActivityWatch 导出。",
        "What was read before the fault is stored; mend the file and import it again, nothing is doubled.",
        "出错前的内容已存储；修复后可再次导入，不会重复。";
    /// Files that were to be learnt from hold no recordings.
    NoRecordings = "no_recordings", 400, "The file holds no recordings that attnd can read.", "文件中没有 attnd 能读取的记录。",
        "Run `attnd data formats` to see what it can be.", "运行 `attnd data formats` 查看支持的格式。";
    /// There is too little to learn from, or to judge by.
    TooLittleData = "too_little_data", 422, "There is too little to learn from.", "可供学习的数据太少。",
        "Give more answers, or data of more people.", "请提供更多回答，或更多人的数据。";
    /// A model cannot be made, read or used.
    ModelUnusable = "model_unusable", 422, "The model cannot be used.", "模型无法使用。",
        "Name one that is whole, or train it again; without a model file attnd goes on with its rules.", "请指定完整的模型，或重新训练；没有模型文件时 attnd 使用内置规则。";
    /// A table that a command reads has a fault.
    InvalidTable = "invalid_table", 400, "The table cannot be read.", "表格无法读取。",
        "Mend what is named and run the command again; nothing was written.", "请修正所示之处后重新运行；未写入任何内容。";
    /// A decision cannot be made of what was given.
    Undecidable = "undecidable", 422, "This cannot be decided.", "无法作出决定。",
        "Change what is named and run the command again; nothing was written.", "请更改所示之处后重新运行；未写入任何内容。";
    /// The configuration is wrong.
    InvalidConfig = "invalid_config", 400, "The configuration is not valid.", "配置无效。",
        "Correct the line named, or remove it for the default.", "请更正所示行，或删除以使用默认值。";
    /// There is nothing to sense the desktop with.
    NoDesktop = "no_desktop", 503, "This desktop offers no way to tell the active window.", "此桌面不提供获取活动窗口的方式。",
        "See the watcher's chapter in the README for what your desktop needs.", "请参阅 README 中采集器一节的桌面要求。";
}

/// A failure to tell somebody about: the table's row and what exactly was wrong this time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which row of the table.
    pub code: ErrorCode,
    /// What exactly; never content of events.
    pub detail: String,
}

impl Problem {
    /// A problem with its particulars.
    #[must_use]
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let info = self.code.info();
        if self.detail.is_empty() {
            write!(f, "{} {}", info.message.en, info.todo.en)
        } else {
            write!(f, "{} {}. {}", info.message.en, self.detail.trim_end_matches('.'), info.todo.en)
        }
    }
}

impl std::error::Error for Problem {}

impl From<crate::store::StoreError> for Problem {
    fn from(error: crate::store::StoreError) -> Self {
        use crate::store::StoreError as E;
        let code = match &error {
            E::NoBucket(_) => ErrorCode::NoBucket,
            E::NoEvent(_) => ErrorCode::NoEvent,
            E::IdTaken(_) => ErrorCode::Conflict,
            E::Full => ErrorCode::StorageFull,
            E::ReadOnly { .. } => ErrorCode::DataDirReadOnly,
            E::InUse { .. } => ErrorCode::DataDirInUse,
            E::Newer { .. } => ErrorCode::DataNewer,
            E::Corrupt { .. } => ErrorCode::DataCorrupt,
            E::Io { .. } | E::Closed => ErrorCode::Unavailable,
            E::Internal { .. } => ErrorCode::Internal,
        };
        Self::new(code, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_is_whole_and_every_code_once() {
        let codes: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.info().code).collect();
        assert_eq!(codes.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            let info = code.info();
            assert!((400..600).contains(&info.status), "{}", info.code);
            for words in [info.message, info.todo] {
                assert!(words.en.ends_with('.') && words.en.len() > 10, "{}", words.en);
                assert!(words.zh.ends_with(['。', '…']) && !words.zh.is_ascii(), "{}", words.zh);
            }
        }
    }
}
