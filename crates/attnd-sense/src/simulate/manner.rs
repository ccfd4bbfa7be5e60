//! How does a person go about an activity? Which programs they look at, and for how long.

use super::content::Craft;
use super::plan::{Activity, Cause, CueSource, DiversionTo};

/// What a window can be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    Editor,
    Terminal,
    ProjectSite,
    Reference,
    Search,
    Office,
    Files,
    Chat,
    Mail,
    Call,
    Leisure,
    Shop,
    Music,
}

/// How an activity divides over programs, and how long a person looks at one window: half the
/// looks are shorter than `median_s`.
pub(super) struct Manner {
    pub(super) programs: &'static [(Program, f64)],
    pub(super) median_s: f64,
    pub(super) sigma: f64,
}

const PROGRAMMING: Manner = Manner {
    programs: &[
        (Program::Editor, 40.0),
        (Program::Terminal, 20.0),
        (Program::ProjectSite, 15.0),
        (Program::Reference, 10.0),
        (Program::Search, 6.0),
        (Program::Office, 2.0),
        (Program::Chat, 4.0),
        (Program::Music, 1.0),
    ],
    median_s: 9.2,
    sigma: 1.1,
};

const WRITING: Manner = Manner {
    programs: &[
        (Program::Office, 48.0),
        (Program::Editor, 10.0),
        (Program::ProjectSite, 15.0),
        (Program::Reference, 10.0),
        (Program::Search, 8.0),
        (Program::Files, 4.0),
        (Program::Chat, 4.0),
        (Program::Music, 1.0),
    ],
    median_s: 10.0,
    sigma: 1.15,
};

const ANALYSIS: Manner = Manner {
    programs: &[
        (Program::Editor, 38.0),
        (Program::Terminal, 12.0),
        (Program::Office, 14.0),
        (Program::ProjectSite, 12.0),
        (Program::Reference, 12.0),
        (Program::Search, 8.0),
        (Program::Chat, 3.0),
        (Program::Music, 1.0),
    ],
    median_s: 10.0,
    sigma: 1.1,
};

const CHAT: Manner = Manner {
    programs: &[
        (Program::Chat, 70.0),
        (Program::ProjectSite, 20.0),
        (Program::Mail, 5.0),
        (Program::Files, 5.0),
    ],
    median_s: 11.0,
    sigma: 1.0,
};

const MAIL: Manner = Manner {
    programs: &[(Program::Mail, 75.0), (Program::ProjectSite, 15.0), (Program::Office, 10.0)],
    median_s: 12.0,
    sigma: 1.0,
};

const TRIAGE: Manner = Manner {
    programs: &[(Program::Mail, 55.0), (Program::Chat, 30.0), (Program::ProjectSite, 15.0)],
    median_s: 12.0,
    sigma: 1.0,
};

const MEETING: Manner = Manner {
    programs: &[
        (Program::Call, 55.0),
        (Program::Office, 15.0),
        (Program::ProjectSite, 15.0),
        (Program::Chat, 10.0),
        (Program::Mail, 5.0),
    ],
    median_s: 30.0,
    sigma: 1.2,
};

const WANDERING: Manner = Manner {
    programs: &[(Program::Leisure, 80.0), (Program::Search, 10.0), (Program::Music, 10.0)],
    median_s: 12.0,
    sigma: 1.1,
};

const SHOPPING: Manner =
    Manner { programs: &[(Program::Shop, 90.0), (Program::Search, 10.0)], median_s: 12.0, sigma: 1.0 };

const EVENING: Manner = Manner {
    programs: &[
        (Program::Leisure, 85.0),
        (Program::Search, 8.0),
        (Program::Chat, 5.0),
        (Program::Music, 2.0),
    ],
    median_s: 26.0,
    sigma: 1.3,
};

/// How an activity is gone about, and a name for what belongs together in it.
pub(super) fn manner_of(activity: &Activity) -> (&'static Manner, String) {
    match activity {
        Activity::Task(task) => {
            let manner = match task.project.craft {
                Craft::Programming => &PROGRAMMING,
                Craft::Writing => &WRITING,
                Craft::Analysis => &ANALYSIS,
            };
            (manner, format!("{}/{}", task.project.name, task.topic))
        }
        Activity::Interruption { cause: Cause::Outside { source: CueSource::Chat, .. }, .. } => {
            (&CHAT, "chat".to_owned())
        }
        Activity::Interruption { cause: Cause::Outside { source: CueSource::Mail, .. }, .. }
        | Activity::Diversion { to: DiversionTo::Mail, .. } => (&MAIL, "mail".to_owned()),
        Activity::Interruption { cause: Cause::Oneself, .. }
        | Activity::Diversion { to: DiversionTo::News, .. } => (&WANDERING, "wandering".to_owned()),
        Activity::Diversion { to: DiversionTo::Shopping, .. } => (&SHOPPING, "shopping".to_owned()),
        Activity::Triage => (&TRIAGE, "triage".to_owned()),
        Activity::Meeting { title } => (&MEETING, format!("meeting/{title}")),
        Activity::Leisure | Activity::Break | Activity::Away => (&EVENING, "leisure".to_owned()),
    }
}
