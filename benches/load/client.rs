//! Plays requests over kept-alive connections: as fast as they are answered, or at a set rate.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// What a burst took.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) requests: usize,
    pub(crate) took: Duration,
    pub(crate) cpu: Duration,
}

impl Load {
    pub(crate) fn per_second(&self) -> f64 {
        self.requests as f64 / self.took.as_secs_f64()
    }

    /// Microseconds of the server's CPU for one request.
    pub(crate) fn cpu_each(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.requests as f64
    }
}

/// Each connection sends its next request when the last one is answered.
pub(crate) async fn burst(port: u16, requests: Vec<Vec<u8>>, connections: usize) -> Load {
    let requests = Arc::new(requests);
    let next = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
        tasks.spawn(async move {
            let mut connection = Connection::open(port).await;
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                connection.send(request).await;
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    Load {
        requests: requests.len(),
        took: begun.elapsed(),
        cpu: Duration::ZERO,
    }
}

/// Requests fall due as in a Poisson process; each one's latency counts from the moment it was
/// due, so that a server that falls behind can't hide it. Sorted.
pub(crate) async fn steady(
    port: u16,
    requests: Vec<Vec<u8>>,
    connections: usize,
    per_second: f64,
) -> Vec<Duration> {
    let (hand_out, queue) = mpsc::unbounded_channel();
    let queue = Arc::new(tokio::sync::Mutex::new(queue));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let queue = Arc::clone(&queue);
        tasks.spawn(async move {
            let mut connection = Connection::open(port).await;
            let mut latencies = Vec::new();
            loop {
                let next: Option<(Instant, Vec<u8>)> = queue.lock().await.recv().await;
                let Some((due, request)) = next else {
                    return latencies;
                };
                connection.send(&request).await;
                latencies.push(due.elapsed());
            }
        });
    }
    // The runtime's timers are too coarse, and a task that spins would take a core from the server.
    let pace = std::thread::spawn(move || hand_out_when_due(&hand_out, requests, per_second));
    let mut latencies = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        latencies.extend(ended.unwrap());
    }
    pace.join().unwrap();
    latencies.sort_unstable();
    latencies
}

fn hand_out_when_due(
    queue: &mpsc::UnboundedSender<(Instant, Vec<u8>)>,
    requests: Vec<Vec<u8>>,
    per_second: f64,
) {
    let mut random = StdRng::seed_from_u64(7);
    let mut due = Instant::now() + Duration::from_millis(50);
    for request in requests {
        due += Duration::from_secs_f64(-(1.0 - random.random::<f64>()).ln() / per_second);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        queue.send((due, request)).unwrap();
    }
}

struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    async fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            answer: vec![0; 4096],
        }
    }

    /// Answers have no body; each ends with the blank line after its headers.
    async fn send(&mut self, request: &[u8]) {
        self.stream.write_all(request).await.unwrap();
        let mut read = 0;
        loop {
            let more = self.stream.read(&mut self.answer[read..]).await.unwrap();
            assert!(more > 0, "the server hung up");
            read += more;
            if self.answer[..read].ends_with(b"\r\n\r\n") {
                break;
            }
        }
        assert!(
            self.answer.starts_with(b"HTTP/1.1 200"),
            "{}",
            String::from_utf8_lossy(&self.answer[..read])
        );
    }
}
