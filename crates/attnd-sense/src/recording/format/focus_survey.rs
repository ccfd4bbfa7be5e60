//! How focused were people in their everyday life? Answers of the KAIST survey of distracting contexts: one recording a
//! person, no streams.
//!
//! Kim, Choi, Moon, Park et al. 2020, "Interrupting or not? …", Proc. ACM IMWUT 4(4); the table is
//! `positive-computing-dataset-distracting-context` of KAIST-ICLab (MIT). A row is one answer: who, where, doing what, from
//! when to when (Unix ms), how concentrated, how concentrated one wanted to be, how distracting the surroundings were
//! (1 to 5), and what the phone was used for. The published file is in CP949.

use std::collections::{BTreeMap, HashMap};

use attnd_core::problem::Words;
use attnd_core::recording::{Rating, RecordingHead, RecordingSink, Scale};
use attnd_core::{Duration, TimeRange, Timestamp};
use encoding_rs::EUC_KR;

use crate::recording::delimited::{self, Delimited, LineEnd, Number, Row};
use crate::recording::moment::Clock;
use crate::recording::{ImportError, Problems, Recognised, RecordingReader, Source};

/// The reader.
pub const READER: &dyn RecordingReader = &FocusSurvey;

const NAME: &str = "focus-survey";

const PERSON: &str = "pid";
const START: &str = "start_time";
const END: &str = "end_time";
const DURATION: &str = "duration_sec";
const QUESTION_COUNT: usize = 3;
/// The questions, by their column.
const QUESTIONS: [(&str, Scale); QUESTION_COUNT] = [
    ("actual_concentration", Scale::CONCENTRATION),
    ("expected_concentration", Scale::EXPECTED_CONCENTRATION),
    ("perceived_distraction", Scale::DISTRACTION),
];
/// What is known of the situation, by its column.
const CONTEXTS: [(&str, &str); 3] =
    [("location", "location"), ("activity", "activity"), ("purpose_of_using_smartphone", "purpose")];

/// Answers held in memory at once, some 50 bytes each; a person's rows lie scattered over the file.
const MAX_ROWS: usize = 4_000_000;

struct FocusSurvey;

impl RecordingReader for FocusSurvey {
    fn name(&self) -> &'static str {
        NAME
    }

    fn about(&self) -> Words {
        Words {
            en: "KAIST's survey of distracting contexts: one CSV file, a row an answer",
            zh: "KAIST 干扰情境问卷：单个 CSV 文件，每行一次回答",
        }
    }

    fn recognises(&self, _path: &str, head: &[u8]) -> Recognised {
        let header = delimited::header(head, delimited::separator(head));
        let has = |name: &str| header.iter().any(|column| column.eq_ignore_ascii_case(name));
        let needed = [PERSON, START, END];
        let all = needed.iter().copied().chain(QUESTIONS.iter().map(|(name, _)| *name)).all(has);
        if all { Recognised::Here } else { Recognised::Foreign }
    }

    fn read(
        &self,
        source: &Source<'_>,
        mine: &[usize],
        sink: &mut dyn RecordingSink,
        problems: &mut Problems,
    ) -> Result<(), ImportError> {
        let mut answers = Answers::default();
        for index in mine {
            let file = source.entries()[*index].path.clone();
            if let Err(error) = answers.read(source, *index, problems) {
                problems.file(&file, format!("breaks off: {error}; what came before is kept"));
            }
        }
        answers.pass_on(sink)
    }
}

/// All answers, small: words are numbers.
#[derive(Default)]
struct Answers {
    people: BTreeMap<String, Vec<Answer>>,
    words: Vec<String>,
    numbers: HashMap<String, u32>,
    rows: usize,
}

struct Answer {
    about: TimeRange,
    /// One per question; `None` where it was left open or is no answer of the scale.
    values: [Option<u8>; QUESTION_COUNT],
    /// One per context: its place among the words.
    contexts: [Option<u32>; CONTEXTS.len()],
}

/// Where the columns are.
struct Columns {
    person: usize,
    start: usize,
    end: usize,
    duration: Option<usize>,
    questions: [Option<usize>; QUESTION_COUNT],
    contexts: [Option<usize>; CONTEXTS.len()],
    count: usize,
}

impl Answers {
    fn read(&mut self, source: &Source<'_>, index: usize, problems: &mut Problems) -> std::io::Result<()> {
        let file = source.entries()[index].path.as_str();
        let separator = delimited::separator(&source.head(index)?);
        let mut table = Delimited::open(source.open(index)?, separator, EUC_KR)?;
        let Some(columns) = Columns::of(&table) else {
            let missing: Vec<&str> =
                [PERSON, START, END].into_iter().filter(|name| table.column(name).is_none()).collect();
            problems.file(file, format!("it lacks the column {} and is left out", missing.join(", ")));
            return Ok(());
        };
        while let Some(row) = table.next()? {
            let line = row.line;
            if self.rows == MAX_ROWS {
                problems.line(
                    file,
                    line,
                    format!("only {MAX_ROWS} answers are read at once; the rest is left out"),
                );
                break;
            }
            match self.take(&row, &columns) {
                Ok(None) => self.rows += 1,
                Ok(Some(mended)) => {
                    self.rows += 1;
                    problems.line(file, line, mended);
                }
                Err(reason) => problems.line(file, line, format!("{reason}; the row is left out")),
            }
        }
        Ok(())
    }

    /// Takes a row, saying what had to be mended, or why it is none.
    fn take(&mut self, row: &Row<'_>, columns: &Columns) -> Result<Option<String>, String> {
        if row.end == LineEnd::Missing && row.len() < columns.count {
            return Err("the file is cut here".to_owned());
        }
        let person = row.text(columns.person);
        if person.is_empty() {
            return Err("it names nobody".to_owned());
        }
        let clock = Clock::Unix { ns_per_unit: 1_000_000 };
        let time = |column: usize| {
            let text = row.text(column);
            clock.read(&text).ok_or_else(|| format!("'{}' is no Unix time in ms", short(&text)))
        };
        let (about, mut mended) = Self::about(time(columns.start)?, time(columns.end)?, row, columns);
        let mut values = [None; QUESTION_COUNT];
        for ((value, column), (name, scale)) in values.iter_mut().zip(columns.questions).zip(QUESTIONS) {
            let Some(column) = column else { continue };
            let whole = row.whole(column);
            *value = whole
                .filter(|whole| (i64::from(scale.lowest)..=i64::from(scale.highest)).contains(whole))
                .and_then(|whole| u8::try_from(whole).ok());
            let text = row.text(column);
            if value.is_none() && !text.is_empty() {
                mended = Some(format!(
                    "{name} is '{}', no whole number from {} to {}; this answer is left out",
                    short(&text),
                    scale.lowest,
                    scale.highest
                ));
            }
        }
        if values.iter().all(Option::is_none) {
            return Err("it holds no answer".to_owned());
        }
        let contexts = columns.contexts.map(|column| self.word(&row.text(column?)));
        self.people.entry(person.into_owned()).or_default().push(Answer { about, values, contexts });
        Ok(mended)
    }

    /// The time an answer is about. Its stated length counts only where the times run backwards.
    fn about(
        start: Timestamp,
        end: Timestamp,
        row: &Row<'_>,
        columns: &Columns,
    ) -> (TimeRange, Option<String>) {
        let stated_s = columns.duration.map(|column| row.number(column));
        if let Ok(about) = TimeRange::new(start, end) {
            let mended = match stated_s {
                Some(Number::Is(seconds)) if seconds < 0.0 => Some(format!(
                    "the stated duration is {seconds} s; the {} s between its times count",
                    about.duration().as_s_f64()
                )),
                _ => None,
            };
            return (about, mended);
        }
        let length = match stated_s {
            Some(Number::Is(seconds)) => Duration::from_s_f64(seconds).unwrap_or_default(),
            _ => Duration::ZERO,
        };
        let reason = format!(
            "it ends {} s before it starts; the {} s before its end count",
            start.since(end).as_s_f64(),
            length.as_s_f64()
        );
        (TimeRange::from(end.saturating_sub(length), length), Some(reason))
    }

    fn word(&mut self, text: &str) -> Option<u32> {
        if text.is_empty() {
            return None;
        }
        if let Some(number) = self.numbers.get(text) {
            return Some(*number);
        }
        let number = u32::try_from(self.words.len()).ok()?;
        self.words.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        Some(number)
    }

    /// Each person's answers in the order they were given.
    fn pass_on(self, sink: &mut dyn RecordingSink) -> Result<(), ImportError> {
        for (person, mut answers) in self.people {
            answers.sort_by_key(|answer| answer.about.end());
            sink.begin(RecordingHead {
                id: format!("{NAME}/{person}"),
                format: NAME.to_owned(),
                subject: person,
                tags: BTreeMap::new(),
                streams: Vec::new(),
            })?;
            for answer in answers {
                let context: BTreeMap<String, String> = CONTEXTS
                    .iter()
                    .zip(answer.contexts)
                    .filter_map(|((_, name), word)| {
                        Some(((*name).to_owned(), self.words.get(word? as usize)?.clone()))
                    })
                    .collect();
                for ((_, scale), value) in QUESTIONS.into_iter().zip(answer.values) {
                    let Some(value) = value else { continue };
                    sink.rating(Rating {
                        scale,
                        value: i32::from(value),
                        about: answer.about,
                        answered: answer.about.end(),
                        context: context.clone(),
                    })?;
                }
            }
            sink.end()?;
        }
        Ok(())
    }
}

impl Columns {
    fn of(table: &Delimited<'_>) -> Option<Self> {
        Some(Self {
            person: table.column(PERSON)?,
            start: table.column(START)?,
            end: table.column(END)?,
            duration: table.column(DURATION),
            questions: QUESTIONS.map(|(name, _)| table.column(name)),
            contexts: CONTEXTS.map(|(name, _)| table.column(name)),
            count: table.header().len(),
        })
    }
}

/// At most 40 characters of a field, for a message.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use attnd_core::recording::Collected;

    use super::*;
    use crate::recording::{ImportOptions, ImportReport, InMemory, import};

    const HEAD: &str = "pid,location,activity,start_time,end_time,duration_sec,actual_concentration,\
                        expected_concentration,perceived_distraction,purpose_of_using_smartphone\n";

    fn read(bytes: impl Into<Vec<u8>>) -> (Collected, ImportReport) {
        let mut kept = Collected::default();
        let files = InMemory::new([("dataset.csv", bytes.into())]);
        let report = import(ImportOptions::default(), &files, &mut kept, &mut |_| {}).unwrap();
        (kept, report)
    }

    #[test]
    fn rows_become_answers_of_people_in_order_of_time() {
        let text = format!(
            "{HEAD}p2,강의실,수업,1557198143638 ,1557198876813 ,733,2,4,3,시간확인\n\
             p25,강의실,,1557199885361 ,1557199970443 ,85,3,3,3,\n\
             p2,강의실,수업,1557195170024 ,1557195346755 ,177,4,5,5,휴식\n"
        );
        let (cp949, _, _) = EUC_KR.encode(&text);
        let (kept, report) = read(text.as_bytes());
        assert_eq!(read(cp949.into_owned()).0.recordings, kept.recordings, "CP949 says the same");
        assert_eq!(
            (report.recordings, report.ratings),
            (vec!["focus-survey/p2".to_owned(), "focus-survey/p25".to_owned()], 9)
        );
        assert_eq!(report.problems, Problems::default());
        let first = &kept.recordings[0].ratings[0];
        assert_eq!(first.scale, Scale::CONCENTRATION);
        assert_eq!((first.value, first.answered.to_string()), (4, "2019-05-07T02:15:46.755Z".to_owned()));
        assert_eq!(first.about.duration(), Duration::from_ns(176_731_000_000));
        assert_eq!(first.context["location"], "강의실");
        let blank = &kept.recordings[1].ratings[0].context;
        assert_eq!(blank.keys().collect::<Vec<_>>(), ["location"]);
    }

    #[test]
    fn what_is_wrong_is_mended_or_left_out_and_named() {
        let (kept, report) = read(format!(
            "{HEAD}p1,a,b,1557263363629,1557263407478,-1809763,4,4,4,\n\
             p1,a,b,1557263407478,1557263363629,20,4,4,4,\n\
             p1,a,b,soon,1557263407478,20,4,4,4,\n\
             p1,a,b,1557263363629,1557263407478,43,9,4,,\n\
             ,a,b,1557263363629,1557263407478,43,4,4,4,\n\
             p1,a,b,1557263363629,15572634"
        ));
        let lines: Vec<_> = report.problems.first.iter().map(|problem| problem.line.unwrap()).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6, 7]);
        let answers = &kept.recordings[0].ratings;
        assert_eq!(answers.len(), 3 + 3 + 1);
        assert_eq!(answers[0].about.duration(), Duration::from_s(20), "runs backwards: its stated length");
        assert!(answers.iter().all(|answer| answer.answered == answer.about.end()));
    }
}
