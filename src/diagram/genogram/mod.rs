//! A family over its generations: people, how they are related, and who lives with whom.
//!
//! In: the items of a list, each one fact. Out: a [`Genogram`] in which every name is somebody's, each family has its couple and
//! the generations fit each other; or what is wrong, at its line.

mod draw;
mod household;
mod layout;
mod order;
mod words;

use std::collections::BTreeMap;

use crate::diagnostics::{Diagnostic, Span, one_of, suggestion};

use super::{Item, no_inner_lists};

/// Index of a person in [`Genogram::people`].
type Who = usize;

/// A family that can be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Genogram {
    people: Vec<Person>,
    couples: Vec<Couple>,
    households: Vec<Vec<Who>>,
    /// Of each person, 0 the oldest.
    generations: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Person {
    name: String,
    sex: Sex,
    born: String,
    is_deceased: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sex {
    Male,
    Female,
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Couple {
    partners: [Who; 2],
    bond: Bond,
    /// The eldest first.
    children: Vec<Child>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bond {
    Enduring,
    Transitory,
    Separated,
    Divorced,
}

/// A place in the row of children.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Child {
    Born(Who),
    /// Born together, on one stalk.
    Together(Vec<Who>),
    /// A miscarriage or an abortion.
    Loss,
}

impl Child {
    fn people(&self) -> &[Who] {
        match self {
            Self::Born(who) => std::slice::from_ref(who),
            Self::Together(people) => people,
            Self::Loss => &[],
        }
    }
}

const SEXES: [(&str, Sex); 3] = [("male", Sex::Male), ("female", Sex::Female), ("unknown", Sex::Unknown)];

const BONDS: [(&str, Bond); 4] =
    [("enduring", Bond::Enduring), ("transitory", Bond::Transitory), ("separated", Bond::Separated), ("divorced", Bond::Divorced)];

/// The word for a pregnancy that ended before birth.
const LOSS: &str = "loss";

/// What a line says, its names not looked up yet.
enum Line<'a> {
    Person(&'a str, &'a str),
    Bond(&'a str, &'a str, &'a str),
    Children(&'a str, &'a str, &'a str),
    Household(&'a str),
}

fn line(words: &str) -> Option<Line<'_>> {
    if let Some(names) = words.strip_prefix("household:") {
        return Some(Line::Household(names));
    }
    if let Some((couple, children)) = words.split_once('>') {
        let (one, other) = couple.split_once('+')?;
        return Some(Line::Children(one.trim(), other.trim(), children));
    }
    if let Some((one, other)) = words.split_once('+') {
        let (other, bond) = other.split_once(':')?;
        return Some(Line::Bond(one.trim(), other.trim(), bond.trim()));
    }
    let (name, rest) = words.split_once(',')?;
    Some(Line::Person(name.trim(), rest))
}

/// Reads the list. Names may be used above the line that introduces them.
pub(super) fn read(items: &[Item], found: &mut Vec<Diagnostic>) -> Option<Genogram> {
    let n_found_before = found.len();
    let mut reader = Reader { names: BTreeMap::new(), people: Vec::new(), couples: Vec::new(), parents: BTreeMap::new(), found };
    let lines: Vec<(&Item, Option<Line<'_>>)> = items.iter().map(|item| (item, line(&item.words))).collect();
    for (item, line) in &lines {
        no_inner_lists(item, "a genogram’s line", reader.found);
        match line {
            Some(Line::Person(name, rest)) => reader.person(name, rest, &item.span),
            Some(_) => {}
            None => reader.report(
                "line",
                &item.span,
                String::from("this line of the genogram cannot be read"),
                "write `Anna, female, born 1980`, `Anna + Ben: enduring`, `Anna + Ben > Mary, loss, Tom & Tim` or `household: Anna, Mary`",
            ),
        }
    }
    // Where each couple was last spoken of.
    let mut places: BTreeMap<usize, &Span> = BTreeMap::new();
    for (item, line) in &lines {
        if let Some(Line::Bond(one, other, bond)) = line
            && let Some(couple) = reader.bond([one, other], bond, &item.span)
        {
            places.insert(couple, &item.span);
        }
    }
    let mut households = Vec::new();
    for (item, line) in &lines {
        match line {
            Some(Line::Children(one, other, children)) => {
                if let Some(couple) = reader.children([one, other], children, &item.span) {
                    places.insert(couple, &item.span);
                }
            }
            Some(Line::Household(names)) => {
                let mut members: Vec<Who> = Vec::new();
                for who in names.split(',').filter_map(|name| reader.who(name.trim(), &item.span)) {
                    if !members.contains(&who) {
                        members.push(who);
                    }
                }
                households.push(members);
            }
            _ => {}
        }
    }
    let Reader { people, couples, found, .. } = reader;
    if found.len() > n_found_before {
        return None;
    }
    match generations(people.len(), &couples) {
        Ok(generations) => Some(Genogram { people, couples, households, generations }),
        Err(couple) => {
            let [one, other] = couples[couple].partners.map(|who| people[who].name.as_str());
            let message = format!("with this, {one} and {other} and their children would be of two generations at once");
            let span = places.get(&couple).copied().unwrap_or(&items[0].span);
            found
                .push(Diagnostic::error("diagram/generations", span.clone(), message).with_help(
                    "partners and siblings are drawn in one row, and their children in the row below: check who is whose child",
                ));
            None
        }
    }
}

struct Reader<'f> {
    names: BTreeMap<String, Who>,
    people: Vec<Person>,
    couples: Vec<Couple>,
    /// The couple that a person is a child of.
    parents: BTreeMap<Who, usize>,
    found: &'f mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn report(&mut self, finding: &str, span: &Span, message: String, help: &str) {
        self.found.push(Diagnostic::error(format!("diagram/{finding}"), span.clone(), message).with_help(help));
    }

    fn person(&mut self, name: &str, rest: &str, span: &Span) {
        if name.is_empty() || name.eq_ignore_ascii_case(LOSS) || name.contains(['&', ':']) {
            let first_word = name.split(':').next().unwrap_or_default();
            let help = match suggestion(first_word, ["household"]) {
                Some(near) => format!("did you mean `{near}:`?"),
                None => String::from("begin a person’s line with the name and a comma: `Anna, female`"),
            };
            self.report("line", span, format!("`{name}` cannot be a name"), &help);
            return;
        }
        let mut parts = rest.split(',').map(str::trim);
        let written = parts.next().unwrap_or_default();
        let sex = SEXES.iter().find(|(word, _)| *word == written).map(|(_, sex)| *sex);
        if sex.is_none() {
            let help = match suggestion(written, SEXES.map(|(word, _)| word)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("after the name stands {}", one_of(SEXES.map(|(word, _)| word))),
            };
            self.report("sex", span, format!("`{written}` says nothing that a symbol is drawn for"), &help);
        }
        let mut person = Person { name: name.to_owned(), sex: sex.unwrap_or(Sex::Unknown), born: String::new(), is_deceased: false };
        for part in parts {
            match part.strip_prefix("born ") {
                Some(born) if person.born.is_empty() => person.born = born.trim().to_owned(),
                None if part == "deceased" => person.is_deceased = true,
                _ => self.report("line", span, format!("`{part}` is not read"), "after the sex may stand `born 1980` and `deceased`"),
            }
        }
        if self.names.contains_key(name) {
            self.report(
                "person-twice",
                span,
                format!("{name} already has a line"),
                "two people of one name need another word each: `Tom (uncle)`",
            );
            return;
        }
        self.names.insert(name.to_owned(), self.people.len());
        self.people.push(person);
    }

    fn who(&mut self, name: &str, span: &Span) -> Option<Who> {
        if let Some(who) = self.names.get(name) {
            return Some(*who);
        }
        let help = match suggestion(name, self.names.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if name.is_empty() => String::from("write a name between two commas, `+` or `&`, or take one of these out"),
            None => format!("add a line `- {name}, female`, `male` or `unknown`"),
        };
        let message = if name.is_empty() { String::from("a name is missing here") } else { format!("no line says who {name} is") };
        self.report("no-such-person", span, message, &help);
        None
    }

    fn partners(&mut self, names: [&str; 2], span: &Span) -> Option<[Who; 2]> {
        let [one, other] = names.map(|name| self.who(name, span));
        let partners = [one?, other?];
        if partners[0] == partners[1] {
            self.report("line", span, format!("{} stands on both sides of the `+`", names[0]), "name two people");
            return None;
        }
        Some(partners)
    }

    fn couple(&self, [one, other]: [Who; 2]) -> Option<usize> {
        self.couples.iter().position(|couple| couple.partners == [one, other] || couple.partners == [other, one])
    }

    /// Gives back the couple that the line makes.
    fn bond(&mut self, names: [&str; 2], bond: &str, span: &Span) -> Option<usize> {
        let known = BONDS.iter().find(|(word, _)| *word == bond).map(|(_, bond)| *bond);
        if known.is_none() {
            let help = match suggestion(bond, BONDS.map(|(word, _)| word)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("use {}", one_of(BONDS.map(|(word, _)| word))),
            };
            self.report("relationship", span, format!("`{bond}` is not a relationship that can be drawn"), &help);
        }
        let partners = self.partners(names, span)?;
        if self.couple(partners).is_some() {
            self.report("relationship", span, format!("{} and {} already have a line", names[0], names[1]), "say once what it is now");
            return None;
        }
        self.couples.push(Couple { partners, bond: known.unwrap_or(Bond::Enduring), children: Vec::new() });
        Some(self.couples.len() - 1)
    }

    /// Gives back the couple whose children these are.
    fn children(&mut self, names: [&str; 2], children: &str, span: &Span) -> Option<usize> {
        let mut row = Vec::new();
        for part in children.split(',').map(str::trim) {
            if part == LOSS {
                row.push(Child::Loss);
                continue;
            }
            let people: Vec<Who> = part.split('&').filter_map(|name| self.who(name.trim(), span)).collect();
            match people[..] {
                [] => {}
                [who] => row.push(Child::Born(who)),
                _ => row.push(Child::Together(people)),
            }
        }
        let partners = self.partners(names, span)?;
        let Some(couple) = self.couple(partners) else {
            let message = format!("nothing says what relationship {} and {} have", names[0], names[1]);
            let help =
                format!("add a line `- {} + {}: enduring`, or {}", names[0], names[1], one_of(["transitory", "separated", "divorced"]));
            self.report("relationship", span, message, &help);
            return None;
        };
        if !self.couples[couple].children.is_empty() {
            self.report(
                "children",
                span,
                format!("{} and {} already have a line with children", names[0], names[1]),
                "name all of them in one line, the eldest first",
            );
            return None;
        }
        for who in row.iter().flat_map(Child::people).copied() {
            let name = self.people[who].name.clone();
            if partners.contains(&who) {
                self.report("children", span, format!("{name} cannot be their own child"), "check the names on both sides of the `>`");
            } else if self.parents.insert(who, couple).is_some() {
                self.report(
                    "children",
                    span,
                    format!("{name} is already somebody’s child"),
                    "name each child once, with the parents it was born to",
                );
            }
        }
        self.couples[couple].children = row;
        Some(couple)
    }
}

/// The generation of each person: partners and siblings share one, children are in the next. Err: a couple that contradicts the rest.
fn generations(n_people: usize, couples: &[Couple]) -> Result<Vec<usize>, usize> {
    // Steps from one person to another: which couple says it, and how many generations it goes down.
    let mut steps: Vec<Vec<(Who, i32, usize)>> = vec![Vec::new(); n_people];
    let mut step = |from: Who, to: Who, down: i32, couple: usize| {
        steps[from].push((to, down, couple));
        steps[to].push((from, -down, couple));
    };
    for (index, couple) in couples.iter().enumerate() {
        let [one, other] = couple.partners;
        step(one, other, 0, index);
        for child in couple.children.iter().flat_map(Child::people) {
            step(one, *child, 1, index);
        }
    }
    let mut rows: Vec<Option<i32>> = vec![None; n_people];
    for start in 0..n_people {
        if rows[start].is_some() {
            continue;
        }
        // One family at a time, its oldest generation moved to the top.
        let mut family = vec![start];
        rows[start] = Some(0);
        let mut next = 0;
        while next < family.len() {
            let who = family[next];
            next += 1;
            let row = rows[who].expect("whoever is in the list has a row");
            for (other, down, couple) in &steps[who] {
                match rows[*other] {
                    None => {
                        rows[*other] = Some(row + down);
                        family.push(*other);
                    }
                    Some(known) if known != row + down => return Err(*couple),
                    Some(_) => {}
                }
            }
        }
        let oldest = family.iter().filter_map(|who| rows[*who]).min().unwrap_or(0);
        for who in family {
            rows[who] = rows[who].map(|row| row - oldest);
        }
    }
    Ok(rows.into_iter().map(|row| usize::try_from(row.unwrap_or(0)).expect("the oldest generation is number 0")).collect())
}

#[cfg(test)]
mod tests {
    use crate::diagram::testing;

    fn check(text: &str, codes: &[&str]) {
        let (diagram, found) = testing::read("genogram", text);
        assert_eq!(found, codes, "{text}");
        assert_eq!(diagram.is_some(), codes.is_empty(), "{text}");
    }

    #[test]
    fn every_mistake_is_at_its_line() {
        check(
            "Anna, female, born 1980\nBen, male, deceased\nMary, unknown\nAnna + Ben: enduring\nAnna + Ben > Mary, loss\nhousehold: Anna, Mary",
            &[],
        );
        check("Anna, female\nAnna, female", &["diagram/person-twice@1"]);
        check("Anna, femal", &["diagram/sex@0"]);
        check("Anna", &["diagram/line@0"]);
        check("Anna, female, tall", &["diagram/line@0"]);
        check("Anna, female\nAnna + Ben: enduring", &["diagram/no-such-person@1"]);
        check("Anna, female\nBen, male\nAnna + Ben: maried", &["diagram/relationship@2"]);
        check("Anna, female\nBen, male\nMary, female\nAnna + Ben > Mary", &["diagram/relationship@3"]);
        check("Anna, female\nhousehold: Anna, Mary", &["diagram/no-such-person@1"]);
        check("loss, unknown", &["diagram/line@0"]);
    }

    #[test]
    fn nobody_is_of_two_generations() {
        let people = "Anna, female\nBen, male\nMary, female\nCarl, male\nAnna + Ben: enduring\nMary + Carl: enduring\n";
        check(&format!("{people}Anna + Ben > Mary"), &[]);
        check(&format!("{people}Anna + Ben > Mary\nMary + Carl > Anna"), &["diagram/generations@7"]);
        check(&format!("{people}Anna + Ben > Anna"), &["diagram/children@6"]);
        check(&format!("{people}Anna + Ben > Mary\nCarl + Mary > Mary"), &["diagram/children@7"]);
    }
}
