//! `imsmanifest.xml`: what a learning system reads to know what is in a package and where it starts.
//!
//! One organization with one item, and one resource that lists every file. The schemas are named and not packed: they are the
//! standards bodies' own, and every system that reads packages has them.

use crate::html::escape;

use super::Version;

/// What the manifest says besides the files.
pub(super) struct Manifest<'a> {
    /// Unique to the e-workbook and its version; letters, digits, hyphens and dots.
    pub identifier: &'a str,
    pub version: i64,
    pub title: &'a str,
    /// The file that is launched, and all others.
    pub launch: &'a str,
    pub files: Vec<&'a str>,
}

/// What differs between the two standards.
struct Standard {
    /// Prefix, namespace and schema file; the first is the default namespace.
    schemas: &'static [(&'static str, &'static str, &'static str)],
    version: &'static str,
    /// The attribute that says that a resource talks to the system.
    kind: &'static str,
    /// What an item says of its tracking: the content itself tells when it is completed.
    sequencing: &'static str,
}

const SCORM_1_2: Standard = Standard {
    schemas: &[
        ("", "http://www.imsproject.org/xsd/imscp_rootv1p1p2", "imscp_rootv1p1p2.xsd"),
        ("adlcp", "http://www.adlnet.org/xsd/adlcp_rootv1p2", "adlcp_rootv1p2.xsd"),
    ],
    version: "1.2",
    kind: "adlcp:scormtype",
    sequencing: "",
};

const SCORM_2004: Standard = Standard {
    schemas: &[
        ("", "http://www.imsglobal.org/xsd/imscp_v1p1", "imscp_v1p1.xsd"),
        ("adlcp", "http://www.adlnet.org/xsd/adlcp_v1p3", "adlcp_v1p3.xsd"),
        ("imsss", "http://www.imsglobal.org/xsd/imsss", "imsss_v1p0.xsd"),
    ],
    version: "2004 4th Edition",
    kind: "adlcp:scormType",
    sequencing: "        <imsss:sequencing>\n          <imsss:deliveryControls completionSetByContent=\"true\" objectiveSetByContent=\"true\"/>\n        </imsss:sequencing>\n",
};

impl Manifest<'_> {
    pub fn to_xml(&self, version: Version) -> String {
        let Self { identifier, version: edition, title, launch, files } = self;
        let Standard { schemas, version, kind, sequencing } = match version {
            Version::Scorm12 => SCORM_1_2,
            Version::Scorm2004 => SCORM_2004,
        };
        let namespaces: String = schemas
            .iter()
            .map(|(prefix, namespace, _)| {
                let colon = if prefix.is_empty() { "" } else { ":" };
                format!("\n  xmlns{colon}{prefix}=\"{namespace}\"")
            })
            .collect();
        let locations: Vec<String> = schemas.iter().map(|(_, namespace, file)| format!("{namespace} {file}")).collect();
        let locations = locations.join("\n    ");
        let files: String = files.iter().map(|file| format!("      <file href=\"{}\"/>\n", escape(file))).collect();
        let title = escape(title);
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="{identifier}" version="{edition}"{namespaces}
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="{locations}">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>{version}</schemaversion>
  </metadata>
  <organizations default="organization">
    <organization identifier="organization">
      <title>{title}</title>
      <item identifier="item" identifierref="resource">
        <title>{title}</title>
{sequencing}      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="resource" type="webcontent" {kind}="sco" href="{launch}">
{files}    </resource>
  </resources>
</manifest>
"#
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(version: Version) -> String {
        let files = vec!["index.html", "package.css", "pictures/a&b.png"];
        Manifest { identifier: "signpost-early-help-2", version: 2, title: "Help & <hope>", launch: "index.html", files }.to_xml(version)
    }

    #[test]
    fn each_standard_has_its_namespaces_and_its_version() {
        for (version, parts) in [
            (
                Version::Scorm12,
                [
                    "xmlns=\"http://www.imsproject.org/xsd/imscp_rootv1p1p2\"",
                    "http://www.adlnet.org/xsd/adlcp_rootv1p2 adlcp_rootv1p2.xsd",
                    "<schemaversion>1.2</schemaversion>",
                    "adlcp:scormtype=\"sco\" href=\"index.html\"",
                ],
            ),
            (
                Version::Scorm2004,
                [
                    "xmlns=\"http://www.imsglobal.org/xsd/imscp_v1p1\"",
                    "http://www.imsglobal.org/xsd/imsss imsss_v1p0.xsd",
                    "<schemaversion>2004 4th Edition</schemaversion>",
                    "adlcp:scormType=\"sco\" href=\"index.html\"",
                ],
            ),
        ] {
            let xml = manifest(version);
            for part in parts {
                assert!(xml.contains(part), "{part} is not in {xml}");
            }
        }
    }

    #[test]
    fn titles_and_paths_are_text() {
        for version in Version::ALL {
            let xml = manifest(version);
            assert_eq!(xml.matches("<title>Help &amp; &lt;hope&gt;</title>").count(), 2, "{xml}");
            assert!(xml.contains("<file href=\"pictures/a&amp;b.png\"/>"), "{xml}");
        }
    }
}
