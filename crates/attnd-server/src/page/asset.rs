//! Which files does a page need beside itself? Styles and scripts, embedded in the binary, each at
//! an address that names its content and may therefore be kept for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

struct Asset {
    /// `page.js`.
    name: &'static str,
    content_type: &'static str,
    /// Joined in order: the style sheet is one request, its tokens are one file.
    parts: &'static [&'static str],
}

const ASSETS: [Asset; 16] = [
    Asset {
        name: "attnd.css",
        content_type: "text/css; charset=utf-8",
        parts: &[include_str!("../../assets/tokens.css"), include_str!("../../assets/attnd.css")],
    },
    Asset {
        name: "flow.css",
        content_type: "text/css; charset=utf-8",
        parts: &[include_str!("../../assets/vendor/uPlot.min.css"), include_str!("../../assets/flow.css")],
    },
    Asset {
        name: "activities.css",
        content_type: "text/css; charset=utf-8",
        parts: &[include_str!("../../assets/activities.css")],
    },
    Asset {
        name: "model.css",
        content_type: "text/css; charset=utf-8",
        parts: &[include_str!("../../assets/model.css")],
    },
    Asset {
        name: "settings.css",
        content_type: "text/css; charset=utf-8",
        parts: &[include_str!("../../assets/settings.css")],
    },
    Asset {
        name: "icon.svg",
        content_type: "image/svg+xml",
        parts: &[include_str!("../../assets/icon.svg")],
    },
    script("page.js", &[include_str!("../../assets/page.js")]),
    script("live.js", &[include_str!("../../assets/live.js")]),
    script("model.js", &[include_str!("../../assets/model.js")]),
    script("question.js", &[include_str!("../../assets/question.js")]),
    script("timeline.js", &[include_str!("../../assets/timeline.js")]),
    script(
        "flow_timeline.js",
        &[
            include_str!("../../assets/flow_draw.js"),
            include_str!("../../assets/flow_zoom.js"),
            include_str!("../../assets/flow_keys.js"),
        ],
    ),
    script("flow_moves.js", &[include_str!("../../assets/flow_moves.js")]),
    script("flow_tables.js", &[include_str!("../../assets/flow_tables.js")]),
    script("uplot.js", &[include_str!("../../assets/vendor/uPlot.iife.min.js")]),
    script(
        "sankey.js",
        // Each adds to what those before it left in `d3`.
        &[
            include_str!("../../assets/vendor/d3-array.min.js"),
            include_str!("../../assets/vendor/d3-path.min.js"),
            include_str!("../../assets/vendor/d3-shape.min.js"),
            include_str!("../../assets/vendor/d3-sankey.min.js"),
        ],
    ),
];

const fn script(name: &'static str, parts: &'static [&'static str]) -> Asset {
    Asset { name, content_type: "text/javascript; charset=utf-8", parts }
}

/// `page.0a1b2c3d4e5f.js`, in the order of [`ASSETS`].
static FILE_NAMES: LazyLock<[String; ASSETS.len()]> = LazyLock::new(|| {
    ASSETS.each_ref().map(|asset| {
        let digest =
            asset.parts.iter().fold(Sha256::new(), |digest, part| digest.chain_update(part)).finalize();
        let hash: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let (stem, kind) = asset.name.split_once('.').unwrap_or((asset.name, ""));
        format!("{stem}.{hash}.{kind}")
    })
});

/// The address of an asset; of none for a name that is not listed, which a test rules out.
pub(crate) fn address(name: &str) -> String {
    let index = ASSETS.iter().position(|asset| asset.name == name);
    index.map(|index| format!("/assets/{}", FILE_NAMES[index])).unwrap_or_default()
}

/// Serves an asset. Anybody may read it: the sign-in page needs it too, and it holds nothing of
/// the person's.
pub(crate) async fn serve(Path(file): Path<String>) -> Response {
    let Some(index) = FILE_NAMES.iter().position(|name| *name == file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let asset = &ASSETS[index];
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(asset.content_type)),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    (headers, asset.parts.concat()).into_response()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    fn folder(name: &str) -> Vec<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let files =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
        files
            .map(|path| {
                (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap())
            })
            .collect()
    }

    #[test]
    fn list_and_folder_agree() {
        let embedded: BTreeSet<String> =
            ASSETS.iter().flat_map(|asset| asset.parts).map(|part| (*part).to_owned()).collect();
        let vendored = folder("assets/vendor").into_iter().filter(|(file, _)| file.contains(".min."));
        let on_disk: BTreeSet<String> =
            folder("assets").into_iter().chain(vendored).map(|(_, content)| content).collect();
        assert_eq!(embedded, on_disk);
    }

    #[test]
    fn templates_name_only_what_is_there() {
        for (file, template) in folder("templates") {
            for name in template.split("asset(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(!address(name).is_empty(), "{file} names {name}");
            }
        }
    }

    #[test]
    fn nothing_is_inline_and_nothing_is_remote() {
        for (file, content) in folder("templates").into_iter().chain(folder("assets")) {
            for forbidden in [" style=", "<style", "onclick=", " onload=", "javascript:", "https://", "//cdn"]
            {
                assert!(!content.contains(forbidden), "{file} has {forbidden}");
            }
            let plain = content.replace("http://www.w3.org/2000/svg", "");
            assert!(!plain.contains("http://"), "{file} names another site");
        }
    }

    #[test]
    fn scripts_stay_small() {
        for (file, content) in folder("assets") {
            if file.ends_with(".js") {
                assert!(content.lines().count() <= 150, "{file}");
            }
        }
        let bytes: usize = folder("assets").iter().map(|(_, content)| content.len()).sum();
        assert!(bytes < 90_000, "{bytes} bytes of assets");
        let vendored: usize = folder("assets/vendor").iter().map(|(_, content)| content.len()).sum();
        assert!(vendored < 120_000, "{vendored} bytes of others' assets");
    }

    #[test]
    fn what_is_not_ours_is_told_with_its_licence() {
        let files = folder("assets/vendor");
        let note = &files.iter().find(|(file, _)| file == "NOTE.md").unwrap().1;
        for (file, _) in files.iter().filter(|(file, _)| file.contains(".min.")) {
            assert!(note.contains(&format!("`{file}`")), "{file} is not in the note");
            let licence = format!("LICENSE-{}", file.split('.').next().unwrap());
            assert!(files.iter().any(|(file, _)| *file == licence), "{file} lies without {licence}");
        }
    }
}
