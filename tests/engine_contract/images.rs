//! Images: imported, built, pulled.

use std::time::{Duration, Instant};

use biostar_tui::engine::ErrorKind;
use biostar_tui::engine::port::{BuildEvent, BuildRequest};
use futures_util::{StreamExt as _, TryStreamExt as _};

use crate::{kind, support, support::bench::Bench};

async fn images_have_labels(bench: &Bench) {
    let reference = format!("biostar-tui-contract-own:{}", bench.run);
    let mut labels = bench.labels();
    labels.insert("contract.odd".into(), "a \"b\" $HOME \\ ü=1".into());
    let archive = support::image::busybox_root();
    let archive = futures_util::stream::iter([Ok(archive.into())]).boxed();
    bench.engine.import(&reference, &labels, archive).await.unwrap();
    let image = bench.engine.image(&reference).await.unwrap();
    assert_eq!(image.labels, labels);
    assert_eq!(image.tags, std::slice::from_ref(&reference));
    let found = bench.engine.images(&labels).await.unwrap();
    assert_eq!(found.iter().map(|it| &it.id).collect::<Vec<_>>(), [&image.id]);
    bench.engine.remove_image(&reference).await.unwrap();
    assert_eq!(kind(bench.engine.image(&reference).await), ErrorKind::NotFound);
}

async fn a_broken_archive_makes_no_image(bench: &Bench) {
    let reference = format!("biostar-tui-contract-broken:{}", bench.run);
    let broken = biostar_tui::engine::EngineError::new(ErrorKind::Refused, "read", "the archive", "bootstrap failed");
    let archive = futures_util::stream::iter([Ok(vec![0; 512].into()), Err(broken)]).boxed();
    let error = bench.engine.import(&reference, &bench.labels(), archive).await.unwrap_err();
    assert!(error.message.contains("bootstrap failed"), "{error:?}");
    assert_eq!(kind(bench.engine.image(&reference).await), ErrorKind::NotFound);
}

async fn builds_give_steps_and_an_image(bench: &Bench) {
    let dockerfile = format!("FROM {}\nARG WHO\nLABEL who=$WHO\n", bench.image);
    let request = build_request(bench, "good", &dockerfile);
    let tag = request.tag.clone();
    let events: Vec<BuildEvent> = bench.engine.build(request).await.unwrap().try_collect().await.unwrap();
    let steps: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            BuildEvent::Step { number, total, instruction } => Some((*number, *total, instruction.as_str())),
            _ => None,
        })
        .collect();
    let from = format!("FROM {}", bench.image);
    assert_eq!(steps[..3], [(1, 5, from.as_str()), (2, 5, "ARG WHO"), (3, 5, "LABEL who=$WHO")]);
    let image = bench.engine.image(&tag).await.unwrap();
    assert!(matches!(events.last(), Some(BuildEvent::Built(id)) if *id == image.id), "{events:?}");
    assert!(bench.labels().iter().all(|(key, value)| image.labels.get(key) == Some(value)));
}

async fn layers_come_the_newest_first(bench: &Bench) {
    let dockerfile = format!("FROM {}\nARG WHO\nLABEL who=$WHO\n", bench.image);
    let request = build_request(bench, "layers", &dockerfile);
    let tag = request.tag.clone();
    let events: Vec<BuildEvent> = bench.engine.build(request).await.unwrap().try_collect().await.unwrap();
    let image = bench.engine.image(&tag).await.unwrap();
    assert!(matches!(events.last(), Some(BuildEvent::Built(id)) if *id == image.id));
    let layers = bench.engine.history(&tag).await.unwrap();
    assert_eq!(layers, bench.engine.history(&image.id).await.unwrap());
    let place = |word: &str| layers.iter().position(|layer| layer.created_by.contains(word));
    assert!(place("LABEL who=") < place("ARG WHO"), "{layers:?}");
    assert_eq!(layers[0].tags, [tag]);
    let sum: u64 = layers.iter().map(|layer| layer.size).sum();
    assert_eq!(i64::try_from(sum).unwrap(), image.size);
    assert!(image.created_at > 0 && layers.iter().all(|layer| layer.created_at > 0));
    assert_eq!(kind(bench.engine.history(&bench.name("nothing")).await), ErrorKind::NotFound);
}

async fn a_failed_build_tells_its_words(bench: &Bench) {
    let dockerfile = format!("FROM {}\nRUN echo no such package; exit 100\n", bench.image);
    let request = build_request(bench, "bad", &dockerfile);
    let told = format!("RUN echo no such package; exit 100\nno such package ({})", bench.run);
    if let Some(fake) = &bench.fake {
        fake.break_build(&request.tag, &told);
    }
    let tag = request.tag.clone();
    let events: Vec<_> = bench.engine.build(request).await.unwrap().collect().await;
    let error = events.last().unwrap().as_ref().unwrap_err();
    assert_eq!(error.kind, ErrorKind::Build);
    assert!(error.message.contains("RUN echo no such package") && error.message.contains("\n"), "{error}");
    assert_eq!(kind(bench.engine.image(&tag).await), ErrorKind::NotFound);
}

fn build_request(bench: &Bench, part: &str, dockerfile: &str) -> BuildRequest {
    let mut context = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(dockerfile.len() as u64);
    header.set_mode(0o644);
    context.append_data(&mut header, "Dockerfile", dockerfile.as_bytes()).unwrap();
    BuildRequest {
        target: String::new(),
        no_cache: false,
        tag: format!("biostar-tui-contract-{part}:{}", bench.run),
        dockerfile: "Dockerfile".into(),
        args: [("WHO".to_owned(), "me & you".to_owned())].into(),
        labels: bench.labels(),
        network: "none".into(),
        context: context.into_inner().unwrap().into(),
    }
}

async fn an_unknown_image_cannot_be_pulled(bench: &Bench) {
    // Nobody listens there: what an unreachable registry gives, at once.
    let reference = "127.0.0.1:1/nothing:1";
    let begin = Instant::now();
    assert_eq!(bench.engine.offered(reference).await.unwrap_err().kind, ErrorKind::Pull);
    let error = match bench.engine.pull(reference).await {
        Err(error) => error,
        Ok(stream) => stream.try_collect::<Vec<_>>().await.unwrap_err(),
    };
    assert_eq!(error.kind, ErrorKind::Pull, "{error}");
    assert!(begin.elapsed() < Duration::from_secs(25));
}

contract!(
    images_have_labels,
    a_broken_archive_makes_no_image,
    builds_give_steps_and_an_image,
    layers_come_the_newest_first,
    a_failed_build_tells_its_words,
    an_unknown_image_cannot_be_pulled,
);
