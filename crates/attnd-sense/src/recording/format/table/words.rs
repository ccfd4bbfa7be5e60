//! How is a map written in words? `time=Timestamp,pupil_left:mm=Left,rating.concentration=Focus`.

use super::guess::{quantity_of, unit_of};
use super::map::{RatingColumn, TableMap, TableMapError, TimeFormat, ValueColumn};

impl TableMap {
    /// Adds what the words say: `key=COLUMN` pairs between commas.
    ///
    /// Keys are those of the map (`time`, `end`, `person`, `session`, `time_format`, `time_zone`, `beginning`,
    /// `separator`, `encoding`), `rating.NAME` or `rating.NAME(1-7)`, `context.NAME`, and any other name for a
    /// measured value, with its unit after a colon.
    ///
    /// # Errors
    /// [`TableMapError::Word`] or [`TableMapError::Unknown`] for what makes no sense.
    pub fn add_words(&mut self, words: &str) -> Result<(), TableMapError> {
        for word in words.split(',').filter(|word| !word.trim().is_empty()) {
            let wrong = || TableMapError::Word { word: word.to_owned() };
            let (key, value) = word.split_once('=').ok_or_else(wrong)?;
            let (key, value) = (key.trim(), value.trim().to_owned());
            if key.is_empty() || value.is_empty() {
                return Err(wrong());
            }
            self.add(key, value)?;
        }
        Ok(())
    }

    fn add(&mut self, key: &str, value: String) -> Result<(), TableMapError> {
        let unknown = |what| TableMapError::Unknown { what, value: value.clone() };
        match key {
            "time" => self.time = value,
            "end" => self.end = Some(value),
            "person" => self.person = Some(value),
            "session" => self.session = Some(value),
            "time_zone" => self.time_zone = Some(value),
            "encoding" => self.encoding = Some(value),
            "time_format" => {
                let format: Result<TimeFormat, _> = serde_json::from_value(value.clone().into());
                self.time_format = Some(format.map_err(|_| unknown("the time format"))?);
            }
            "beginning" => {
                let moment = attnd_core::Timestamp::parse(&value);
                self.beginning = Some(moment.map_err(|_| unknown("the beginning"))?);
            }
            "separator" => {
                let separator = match value.as_str() {
                    "tab" => '\t',
                    "comma" => ',',
                    "semicolon" => ';',
                    other => other.parse().map_err(|_| unknown("the separator"))?,
                };
                self.separator = Some(separator);
            }
            _ => match key.split_once('.') {
                Some(("rating", name)) => {
                    let (name, rating) = rating(name, value)?;
                    self.ratings.insert(name, rating);
                }
                Some(("context", name)) if !name.is_empty() => {
                    self.context.insert(name.to_owned(), value);
                }
                _ => {
                    let (name, unit) = key.split_once(':').unwrap_or((key, ""));
                    let quantity = quantity_of(name);
                    let unit = if unit.is_empty() { unit_of(&value, &quantity) } else { unit.to_owned() };
                    let column = ValueColumn { column: value, quantity, unit, missing: Vec::new() };
                    self.values.insert(name.to_owned(), column);
                }
            },
        }
        Ok(())
    }
}

/// `mood(1-7)`, or a scale's name alone.
fn rating(name: &str, column: String) -> Result<(String, RatingColumn), TableMapError> {
    let wrong = || TableMapError::Unknown { what: "the scale", value: name.to_owned() };
    let Some((name_only, ends)) = name.split_once('(') else {
        if name.is_empty() {
            return Err(wrong());
        }
        return Ok((name.to_owned(), RatingColumn { column, lowest: None, highest: None }));
    };
    let (lowest, highest) = ends.strip_suffix(')').and_then(|ends| ends.split_once('-')).ok_or_else(wrong)?;
    let end = |text: &str| text.trim().parse().map(Some).map_err(|_| wrong());
    Ok((name_only.to_owned(), RatingColumn { column, lowest: end(lowest)?, highest: end(highest)? }))
}

#[cfg(test)]
mod tests {
    use attnd_core::recording::Quantity;

    use super::*;

    #[test]
    fn words_make_a_map() {
        let mut map = TableMap::default();
        map.add_words("time=Timestamp, pupil_left:mm=Left pupil,rating.mood(1-7)=How,context.place=Where")
            .unwrap();
        map.add_words("time_format=unix-ms,separator=tab").unwrap();
        assert_eq!(
            (map.time.as_str(), map.time_format, map.separator),
            ("Timestamp", Some(TimeFormat::UnixMs), Some('\t'))
        );
        let pupil = &map.values["pupil_left"];
        assert_eq!(
            (pupil.column.as_str(), &pupil.quantity, pupil.unit.as_str()),
            ("Left pupil", &Quantity::PupilDiameter, "mm")
        );
        let scale = map.ratings["mood"].scale("mood").unwrap();
        assert_eq!((scale.lowest, scale.highest), (1, 7));
        assert_eq!(map.context["place"], "Where");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for words in
            ["time", "=x", "time=", "time_format=noon", "beginning=noon", "rating.=x", "rating.a(1)=x"]
        {
            assert!(TableMap::default().add_words(words).is_err(), "{words}");
        }
        let rating = RatingColumn { column: "a".to_owned(), lowest: Some(5), highest: Some(1) };
        assert!(rating.scale("mood").is_err());
    }
}
