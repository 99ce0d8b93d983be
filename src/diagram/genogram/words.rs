//! The same as the drawing says, in sentences.

use crate::html::{Html, escape};

use super::{Bond, Child, Couple, Genogram, Sex, Who};

impl Genogram {
    pub(in crate::diagram) fn words(&self) -> Html {
        let mut is_told = vec![false; self.people.len()];
        let mut paragraphs: Vec<String> = Vec::new();
        let mut couples: Vec<&Couple> = self.couples.iter().collect();
        // The oldest first, as in the drawing.
        couples.sort_by_key(|couple| self.generations[couple.partners[0]]);
        for couple in couples {
            paragraphs.push(self.couple(couple, &mut is_told));
        }
        let rest: Vec<Who> = (0..self.people.len()).filter(|who| !is_told[*who]).collect();
        if !rest.is_empty() {
            let names: Vec<String> = rest.iter().map(|who| self.told(*who, &mut is_told)).collect();
            paragraphs.push(format!("With nobody as partner, parent or child in this drawing: {}.", listed(&names)));
        }
        for household in &self.households {
            let names: Vec<String> = household.iter().map(|who| self.told(*who, &mut is_told)).collect();
            paragraphs.push(match names.as_slice() {
                [one] => format!("{one} is a household of one."),
                names => format!("{} are one household.", listed(names)),
            });
        }
        let items: Vec<String> = paragraphs.iter().map(|words| format!("<li>{}</li>\n", escape(words))).collect();
        Html::from_renderer(format!("<ul>\n{}</ul>", items.concat()))
    }

    fn couple(&self, couple: &Couple, is_told: &mut [bool]) -> String {
        let [one, other] = couple.partners.map(|who| self.told(who, is_told));
        let bond = match couple.bond {
            Bond::Enduring => "have an enduring relationship",
            Bond::Transitory => "have a transitory relationship",
            Bond::Separated => "are separated",
            Bond::Divorced => "are divorced",
        };
        let mut words = format!("{one} and {other} {bond}.");
        let mut together = Vec::new();
        let mut names = Vec::new();
        for child in &couple.children {
            match child {
                Child::Loss => names.push(String::from("a pregnancy that ended in miscarriage or abortion")),
                child => names.extend(child.people().iter().map(|who| self.told(*who, is_told))),
            }
            if let Child::Together(people) = child {
                let names: Vec<String> = people.iter().map(|who| self.people[*who].name.clone()).collect();
                let kind = if names.len() == 2 { "twins" } else { "of one birth" };
                together.push(format!(" {} are {kind}.", listed(&names)));
            }
        }
        match (names.as_slice(), couple.children.as_slice()) {
            ([], _) => {}
            ([_], [Child::Loss]) => words.push_str(" They had a pregnancy that ended in miscarriage or abortion."),
            ([one], _) => words.push_str(&format!(" Their child: {one}.")),
            (names, _) => words.push_str(&format!(" Their children, eldest first: {}.", listed(names))),
        }
        words.push_str(&together.concat());
        words
    }

    /// A name, the first time with all that is known.
    fn told(&self, who: Who, is_told: &mut [bool]) -> String {
        let person = &self.people[who];
        if std::mem::replace(&mut is_told[who], true) {
            return person.name.clone();
        }
        let mut known = vec![match person.sex {
            Sex::Male => String::from("male"),
            Sex::Female => String::from("female"),
            Sex::Unknown => String::from("sex not known"),
        }];
        if !person.born.is_empty() {
            known.push(format!("born {}", person.born));
        }
        if person.is_deceased {
            known.push(String::from("deceased"));
        }
        format!("{} ({})", person.name, known.join(", "))
    }
}

/// `a, b and c`.
fn listed(names: &[String]) -> String {
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use crate::diagram::testing;

    #[test]
    fn a_family_is_told_in_sentences() {
        let (diagram, _) = testing::read(
            "genogram",
            "Anna, female, born 1980\nBen, male, deceased\nMary, unknown\nTom, male\nTim, male\nJo, female\nAnna + Ben: enduring\nAnna + Ben > Mary, loss, Tom & Tim\nhousehold: Anna, Mary",
        );
        assert_eq!(
            diagram.expect("it can be drawn").words().expect("a genogram has words").as_str(),
            "<ul>\n<li>Anna (female, born 1980) and Ben (male, deceased) have an enduring relationship. Their children, eldest first: Mary \
             (sex not known), a pregnancy that ended in miscarriage or abortion, Tom (male) and Tim (male). Tom and Tim are twins.</li>\n\
             <li>With nobody as partner, parent or child in this drawing: Jo (female).</li>\n<li>Anna and Mary are one household.</li>\n</ul>"
        );
    }
}
