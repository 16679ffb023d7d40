//! What is held, as people and machines read it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::core::{
    holdings::{Holdings, Owner},
    observed::{Container, Image, Volume},
    snapshot::{age, size},
};

/// What one project has in one environment.
#[derive(Default)]
struct Share<'a> {
    containers: Vec<&'a Container>,
    volumes: Vec<&'a Volume>,
    images: Vec<&'a Image>,
}

impl Holdings {
    fn shares(&self) -> BTreeMap<Option<Owner>, Share<'_>> {
        let mut shares: BTreeMap<Option<Owner>, Share<'_>> = BTreeMap::new();
        for it in &self.containers {
            shares.entry(Owner::of(&it.labels)).or_default().containers.push(it);
        }
        for it in &self.volumes {
            shares.entry(self.owner_of_volume(it)).or_default().volumes.push(it);
        }
        for it in &self.images {
            shares.entry(Owner::of(&it.labels)).or_default().images.push(it);
        }
        shares
    }

    fn volume_bytes(&self, volume: &Volume) -> Option<u64> {
        self.disk.volumes.get(&volume.name).copied()
    }

    /// What `disk` prints: each project with its objects, then what no project alone has.
    /// `wanted` are the images that the project in hand needs.
    pub fn to_text(&self, wanted: &BTreeSet<String>) -> String {
        let mut lines = Vec::new();
        for (owner, share) in self.shares() {
            lines.push(owner.as_ref().map_or_else(|| "images for all projects".to_owned(), |it| self.heading(it)));
            lines.extend(self.lines(&share, wanted));
            lines.push(String::new());
        }
        lines.push(self.left_text(wanted));
        lines.join("\n")
    }

    fn heading(&self, owner: &Owner) -> String {
        let remark = match (owner.host == self.host, self.is_gone(owner)) {
            (false, _) => " on another host",
            (_, true) => ", which is gone",
            _ => "",
        };
        format!("{} ({}) of {}{remark}", owner.project, owner.environment, owner.root)
    }

    fn lines(&self, share: &Share<'_>, wanted: &BTreeSet<String>) -> Vec<String> {
        let mut lines = Vec::new();
        if !share.containers.is_empty() {
            let running = share.containers.iter().filter(|it| it.is_up()).count();
            lines.push(format!("  {:>9}  {} containers, {running} of them running", "", share.containers.len()));
        }
        let left: BTreeSet<&str> = self.left_images(wanted).map(|image| image.id.as_str()).collect();
        lines.extend(share.volumes.iter().map(|it| line(self.volume_bytes(it), &format!("volume {}", it.name))));
        lines.extend(share.images.iter().map(|it| {
            let remark = match (left.contains(it.id.as_str()), self.used_images.contains(&it.id)) {
                (true, _) => ", left over",
                (_, true) => ", in use",
                _ => "",
            };
            let made = age(self.now - it.created_at);
            line(Some(self.image_bytes(it)), &format!("image {}, made {made}{remark}", name(it)))
        }));
        lines
    }

    fn left_text(&self, wanted: &BTreeSet<String>) -> String {
        let images: u64 = self.left_images(wanted).map(|it| self.image_bytes(it)).sum();
        let volumes: u64 = self.left_volumes().filter_map(|it| self.volume_bytes(it)).sum();
        let (containers, networks) = (self.left_containers().count(), self.left_networks().count());
        let (image_count, volume_count) = (self.left_images(wanted).count(), self.left_volumes().count());
        if containers + networks + image_count + volume_count == 0 {
            return "nothing is left over".to_owned();
        }
        format!(
            "left over: {containers} containers, {networks} networks, {image_count} images ({}): `biostar-tui clean` \
             removes them; {volume_count} volumes ({}): with --volumes",
            size(images),
            size(volumes)
        )
    }

    /// The list that `disk --json` prints.
    pub fn to_json(&self, wanted: &BTreeSet<String>) -> Value {
        let left: BTreeSet<&str> = self.left_images(wanted).map(|image| image.id.as_str()).collect();
        let volume = |it: &&Volume| json!({ "name": it.name, "size": self.disk.volumes.get(&it.name) });
        let image = |it: &&Image| {
            json!({
                "id": it.id,
                "tags": it.tags,
                "size": it.size,
                "own_size": self.image_bytes(it),
                "in_use": self.used_images.contains(&it.id),
                "left_over": left.contains(it.id.as_str()),
            })
        };
        let share = |(owner, share): (&Option<Owner>, &Share<'_>)| {
            json!({
                "project": owner.as_ref().map(|it| &it.project),
                "environment": owner.as_ref().map(|it| &it.environment),
                "root": owner.as_ref().map(|it| &it.root),
                "is_gone": owner.as_ref().is_some_and(|it| self.is_gone(it)),
                "containers": share.containers.len(),
                "volumes": share.volumes.iter().map(volume).collect::<Vec<_>>(),
                "images": share.images.iter().map(image).collect::<Vec<_>>(),
            })
        };
        self.shares().iter().map(share).collect()
    }
}

fn line(bytes: Option<u64>, text: &str) -> String {
    format!("  {:>9}  {text}", bytes.map_or_else(|| "?".to_owned(), size))
}

/// An image's reference, or the beginning of its id.
pub fn name(image: &Image) -> &str {
    let id = image.id.strip_prefix("sha256:").unwrap_or(&image.id);
    image.tags.first().map_or_else(|| id.get(..12).unwrap_or(id), String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::holdings::tests::sample;

    #[test]
    fn in_words() {
        insta::assert_snapshot!(sample().to_text(&["biostar-tui/web:wanted".to_owned()].into()));
        assert_eq!(Holdings::default().to_text(&BTreeSet::new()), "nothing is left over");
    }

    #[test]
    fn machines_read_sizes_and_what_is_left() {
        let report = sample().to_json(&BTreeSet::new());
        let of = |project: &Value| report.as_array().unwrap().iter().find(|it| it["root"] == *project).unwrap().clone();
        assert_eq!(of(&json!("/there"))["volumes"][0], json!({ "name": "p-there", "size": 2_000_000 }));
        assert_eq!(of(&Value::Null)["images"][1]["left_over"], json!(true));
        assert_eq!(of(&json!("/there"))["is_gone"], json!(false));
    }
}
