import Dispatch
import Glibc

/// SIGTERM and SIGINT as they come, one element each; SIGPIPE is nobody's business from now on.
///
/// By Dispatch, since the main thread of an asynchronous program is Dispatch's own and takes every signal that is not
/// ignored.
final class EndSignals: @unchecked Sendable {  // `sources` is written by `init` alone, before anybody else has it.
  /// Never ends.
  let stream: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  init() {
    signal(SIGPIPE, SIG_IGN)
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    self.stream = stream
    sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { continuation.yield(number) }
      source.resume()
      return source
    }
  }
}
