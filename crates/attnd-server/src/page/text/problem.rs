//! What do the pages say when something is wrong?

super::texts! {
    /// Sign-in, missing pages and other problems.
    ProblemText

    sign_in_title() { en: "Sign in", zh: "登录" }
    sign_in_headline() { en: "This page is yours alone. Sign in to see it.", zh: "此页面只属于您，请先登录。" }
    sign_in_why() {
        en: "attnd shows what you have been doing, so it opens only to a browser you let in. There is no password: run this command on this computer, and it opens a page that is signed in for 30 days.",
        zh: "attnd 会显示您做过的事，因此只对您放行的浏览器开放。无需密码：在本机运行下面的命令，它会打开一个已登录的页面，30 天内有效。",
    }
    sign_in_used() {
        en: "A sign-in link works once, within five minutes. Run the command again for a new one.",
        zh: "登录链接只能使用一次，五分钟内有效。请再次运行该命令以获取新链接。",
    }
    missing_title() { en: "Not here", zh: "未找到" }
    missing_headline() { en: "There is no page at this address.", zh: "此地址没有页面。" }
    missing_why() { en: "The address may be mistyped, or from another version of attnd.", zh: "地址可能有误，或来自其他版本的 attnd。" }
    go_to_today() { en: "Go to today", zh: "前往今天" }
    other_title() { en: "Something is wrong", zh: "出现问题" }
    code(code) { en: "Code: {code}", zh: "代码：{code}" }
}
