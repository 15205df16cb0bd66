public import Control
import Glibc
public import Telephony

/// The Unix socket that clients talk to: JSON-RPC 2.0, one object per line.
///
/// One thread reads and accepts; each client's requests are carried out in order by a task of its own, so that several
/// may be sent without waiting; notices are written by whoever publishes them, straight to each client that keeps up.
/// `help` and `events.subscribe` are answered here, everything else by the handler.
///
/// Order, per client: answers in the order of the requests; notices by ascending `seq`; a notice that was published
/// before the handler returned stands before that answer.
public final class ControlServer: NoticeSink, Sendable {
  let settings: ControlSocketSettings
  let log: Log
  let state: Guarded<ControlServerState>

  /// Opens nothing yet; notices may be published already and are kept. `log` gets one line each time somebody comes,
  /// goes or is refused, on any thread; it must not block.
  public init(settings: ControlSocketSettings, epoch: UInt64, log: @escaping Log) {
    self.settings = settings
    self.log = log
    state = Guarded(ControlServerState(notices: NoticeLog(epoch: epoch, keeping: settings.keptNotices)))
    // The first use of the encoder costs milliseconds: not to be paid by the first call.
    var rehearsal = NoticeLog(epoch: epoch, keeping: 1)
    _ = rehearsal.append(Notice(at: .init(monotonicNanoseconds: 0, wallMilliseconds: 0), body: .draining))
  }

  /// Tells this run of the daemon from every other.
  public var epoch: UInt64 { state.withLock { $0.notices.epoch } }

  /// The `seq` of the newest notice; 0 before the first.
  public var lastSequence: UInt64 { state.withLock { $0.notices.next - 1 } }

  /// Clients that are connected.
  public var clientCount: Int { state.withLock { $0.connections.count } }

  /// Clients that hear notices.
  public var subscriberCount: Int { state.withLock { $0.connections.values.count { $0.subscription != nil } } }

  /// Opens the socket and serves it until `stop`. Once only.
  public func start(handler: any RequestHandler) throws(ControlSocketError) {
    guard state.withLock({ $0.stage == .new }) else { return }
    let listener = try ListeningSocket(settings)
    var pipe: [Int32] = [-1, -1]
    guard Glibc.pipe(&pipe) == 0 else {
      let code = errno
      listener.close()
      throw .system(call: "pipe", path: settings.path, code: code)
    }
    pipe.forEach(makeNonblocking)
    let waker = (reading: pipe[0], writing: pipe[1])
    let loop = Unmanaged.passRetained(
      SocketLoop(server: self, handler: handler, listener: listener, waker: waker.reading))
    // The new thread begins by waiting for this lock, so that `stop` always finds it to wait for.
    let result = state.withLock { state -> Int32 in
      var thread = pthread_t()
      let result = pthread_create(
        &thread, nil,
        { context in
          guard let context else { return nil }
          Unmanaged<SocketLoop>.fromOpaque(context).takeRetainedValue().run()
          return nil
        }, loop.toOpaque())
      guard result == 0 else { return result }
      state.stage = .running
      state.waker = waker.writing
      state.thread = thread
      return 0
    }
    guard result == 0 else {
      loop.release()
      pipe.forEach { close($0) }
      listener.close()
      throw .system(call: "pthread_create", path: settings.path, code: result)
    }
  }

  /// Writes the notice to every client that asked for it, or behind what waits for it. Returns without waiting for
  /// anybody: a client for whom too much waits is cut.
  public func publish(_ notice: Notice) {
    state.withLock { $0.publish(notice, backlog: settings) }
  }

  /// Closes every connection and removes the socket. When it returns nothing is read or written any more; requests that
  /// are being carried out are left to end unanswered. May be called more than once, from any thread.
  public func stop() {
    let thread = state.withLock { state -> pthread_t? in
      state.stage = .stopped
      state.wake()
      defer { state.thread = nil }
      return state.thread
    }
    if let thread, pthread_equal(thread, pthread_self()) == 0 { pthread_join(thread, nil) }
  }
}
