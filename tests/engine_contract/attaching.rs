//! Attaching to terminals.

use std::time::Duration;

use biostar_tui::core::console::Size;
use biostar_tui::core::container::ContainerSpec;
use biostar_tui::core::observed::Phase;
use biostar_tui::engine::ErrorKind;
use biostar_tui::engine::fake::Program;
use biostar_tui::engine::port::{Attached, LogStream, Replay, Stream};
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;

use crate::{command, kind, support::bench::Bench};

/// Reads until this has come.
async fn read_until(output: &mut Stream<Bytes>, wanted: &[u8]) -> Vec<u8> {
    let mut seen = Vec::new();
    let read = async {
        while !seen.windows(wanted.len()).any(|window| window == wanted) {
            seen.extend_from_slice(&output.next().await.expect("the stream ended").unwrap());
        }
    };
    let came = tokio::time::timeout(Duration::from_secs(60), read).await;
    assert!(came.is_ok(), "never: {:?} in {:?}", String::from_utf8_lossy(wanted), String::from_utf8_lossy(&seen));
    seen
}

async fn an_attach_before_the_start_misses_nothing_and_takes_any_byte(bench: &Bench) {
    let first: &[u8] = b"\x01\x00\x00\x00\x00\x00\x00\x05hello";
    let spec = ContainerSpec { tty: true, ..bench.spec("a", Program::service().line(LogStream::Stdout, first)) };
    let id = bench.engine.create(&spec).await.unwrap();
    let Attached { mut output, .. } = bench.engine.attach(&id, Replay::Nothing).await.unwrap();
    bench.engine.start(&id).await.unwrap();
    let seen = read_until(&mut output, b"hello\r\n").await;
    assert_eq!(seen, [first, b"\r\n"].concat());
}

async fn attaches_share_input_and_output(bench: &Bench) {
    let spec = ContainerSpec { tty: true, ..bench.spec("a", Program::service()) };
    let id = bench.started(&spec).await;
    let mut one = bench.engine.attach(&id, Replay::Nothing).await.unwrap();
    let mut other = bench.engine.attach(&id, Replay::Nothing).await.unwrap();
    one.input.write_all(b"typed by one\r").await.unwrap();
    read_until(&mut one.output, b"typed by one\r\n").await;
    read_until(&mut other.output, b"typed by one\r\n").await;
    drop(one);
    other.input.write_all(b"and by the other\r").await.unwrap();
    read_until(&mut other.output, b"and by the other\r\n").await;
    assert_eq!(bench.engine.container(&id).await.unwrap().phase, Phase::Running);
    let mut late = bench.engine.attach(&id, Replay::All).await.unwrap();
    read_until(&mut late.output, b"and by the other\r\n").await;
}

async fn an_attach_ends_with_its_container(bench: &Bench) {
    for (part, tty) in [("a", true), ("b", false)] {
        let program = Program::task(3).line(LogStream::Stdout, "bye").for_a_time(Duration::from_millis(300));
        let spec = ContainerSpec { tty, ..bench.spec(part, program) };
        let id = bench.engine.create(&spec).await.unwrap();
        let Attached { mut output, input: _input } = bench.engine.attach(&id, Replay::Nothing).await.unwrap();
        bench.engine.start(&id).await.unwrap();
        assert_eq!(read_until(&mut output, b"\n").await, if tty { b"bye\r\n".to_vec() } else { b"bye\n".to_vec() });
        let end = tokio::time::timeout(Duration::from_secs(60), output.next()).await.unwrap();
        assert!(end.is_none());
        assert_eq!(bench.engine.wait(&id).await.unwrap(), 3);
    }
    assert_eq!(kind(bench.engine.attach(&bench.name("nothing"), Replay::Nothing).await), ErrorKind::NotFound);
}

async fn a_command_ends_with_whoever_holds_its_input(bench: &Bench) {
    let id = bench.started(&bench.spec("a", Program::service())).await;
    let cat = command(&["sh", "-c", "cat; : > /ended"]);
    let mut held = bench.engine.exec_attached(&id, &cat).await.unwrap();
    held.input.write_all(b"hello\n").await.unwrap();
    held.input.flush().await.unwrap();
    read_until(&mut held.output, b"hello\n").await;
    drop(held);
    match &bench.fake {
        Some(fake) => assert_eq!(fake.held(&id), 0),
        None => {
            let ended = command(&["sh", "-c", "until [ -e /ended ]; do sleep 0.1; done"]);
            assert_eq!(bench.engine.exec(&id, None, &ended).await.unwrap().exit_code, 0);
        }
    }
    let mut held = bench.engine.exec_attached(&id, &cat).await.unwrap();
    // It is given before the command runs.
    held.input.write_all(b"again\n").await.unwrap();
    held.input.flush().await.unwrap();
    read_until(&mut held.output, b"again\n").await;
    bench.engine.stop(&id, 0).await.unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(60), held.output.next()).await.unwrap();
    assert!(ended.is_none(), "a command ends with its container");
    assert_eq!(kind(bench.engine.exec_attached(&id, &cat).await), ErrorKind::Conflict);
}

async fn a_terminal_gets_a_size(bench: &Bench) {
    let spec = ContainerSpec { tty: true, ..bench.spec("a", Program::service()) };
    let id = bench.started(&spec).await;
    bench.engine.resize(&id, Size { columns: 101, rows: 33 }).await.unwrap();
    bench.on_exec(&spec.name, 0, "33 101\n", "");
    let stty = command(&["sh", "-c", "stty size </proc/1/fd/0"]);
    let output = bench.engine.exec(&id, None, &stty).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "33 101\n");
    if let Some(fake) = &bench.fake {
        assert_eq!(fake.size(&id), Some(Size { columns: 101, rows: 33 }));
    }
    bench.engine.kill(&id, "SIGKILL").await.unwrap();
    bench.engine.wait(&id).await.unwrap();
    assert_eq!(kind(bench.engine.resize(&id, Size::default()).await), ErrorKind::Conflict);
}

contract!(
    an_attach_before_the_start_misses_nothing_and_takes_any_byte,
    attaches_share_input_and_output,
    an_attach_ends_with_its_container,
    a_command_ends_with_whoever_holds_its_input,
    a_terminal_gets_a_size,
);
