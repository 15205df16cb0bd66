import Glibc
import LoopbackTesting
import Synchronization

/// `make demo`: a small call centre on loopback with real softphones and real callers, told line by line with a
/// stopwatch. Every line with a ✓ was measured; the first thing that is not as it should be ends it.
@main
enum Program {
  /// Beyond this something hangs.
  private static let limit = Duration.seconds(110)
  private static let helpText = """
    tsunagi-demo - shows Tsunagi at work: real softphones (baresip), real callers (SIPp), one machine, loopback only.

    usage: tsunagi-demo [--help]

    Starts tsunagid on a copy of the sample configuration in a new folder below TMPDIR (or /tmp): three callers for two
    agents, a withheld and an unknown number, a supervisor's whisper, click-to-dial, the daemon killed in mid-call; then the history and the
    recordings. Everything that it starts is ended with it; the folder stays.

    NO_COLOR       no colours
    TMPDIR         where the folder is made

    exit: 0 all of it was seen; 1 something was not; 2 wrong usage; 130 interrupted

    """

  /// Set by whoever ends the program: the story, a signal or the time limit.
  private static let isEnding = Atomic(false)

  static func main() {
    switch Array(CommandLine.arguments.dropFirst()) {
    case []: break
    case ["--help"], ["-h"]:
      print(helpText, terminator: "")
      exit(0)
    case let words:
      complain("tsunagi-demo: '\(words.joined(separator: " "))' is not known; `tsunagi-demo --help` says what there is")
      exit(2)
    }
    // Blocked here before there is a second thread, so in every thread: this one alone waits for them.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    signal(SIGPIPE, SIG_IGN)

    let screen = Screen()
    Task.detached { await screen.run() }
    Task.detached {
      let status = await tell(on: screen)
      end(status) { screen.flush() }
    }
    let caught = wait(for: signals)
    if caught > 0 {
      end(128 + caught) {
        screen.flush()
        complain("interrupted")
      }
    } else {
      end(1) { screen.failed("the demo is over within \(limit.components.seconds) s", seen: "it hangs") }
    }
    while true { pause() }  // The story was faster, and exits.
  }

  /// The signal that came, or 0 when the time is over.
  private static func wait(for signals: sigset_t) -> Int32 {
    var signals = signals
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: limit)
    var second = timespec(tv_sec: 1, tv_nsec: 0)
    while clock.now < end {
      let caught = sigtimedwait(&signals, nil, &second)
      if caught > 0 { return caught }
    }
    return 0
  }

  private static func tell(on screen: Screen) async -> Int32 {
    do {
      let office = try Office(screen: screen)
      do {
        try await Story(screen: screen, office: office).tell()
        return 0
      } catch  where isEnding.load(ordering: .sequentiallyConsistent) {
        return 1  // What it missed had been ended on purpose.
      } catch let failure as Screen.Failure {
        screen.failed(failure.what, expected: failure.expected, seen: failure.seen, log: office.logTail)
      } catch {
        screen.failed("every step in its time", seen: "\(error)", log: office.logTail)
      }
      screen.note("files: \(office.folder)")
    } catch {
      screen.failed("a folder and a configuration for the demo", seen: "\(error)")
    }
    return 1
  }

  /// Ends everything that was started, and the program; only the first who asks.
  private static func end(_ status: Int32, saying words: () -> Void = {}) {
    guard !isEnding.exchange(true, ordering: .sequentiallyConsistent) else { return }
    words()
    Children.end()
    exit(status)
  }

  private static func complain(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = write(2, bytes, bytes.count)
  }
}
