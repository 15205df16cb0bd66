public import Telephony

/// A telephone network for tests that keeps a network's rules, and refuses what a network would refuse.
///
/// It never invents an event: the test says what the peers do. What it is told is kept in order; an order that no network
/// would carry out (answering twice, dialling a leg that exists) is a fault that `faults` holds.
public final class ScriptedEngine: CallEngine {
  /// One order as it came.
  public enum Order: Equatable, Sendable {
    case ring(LegID)
    case openEarlyMedia(LegID)
    case answer(LegID)
    case press(Character, on: LegID)
    case end(LegID, status: Int)
    case dial(LegID, to: Destination, showing: PresentedCaller)
    case link(AudioLink)
    case unlink(AudioLink)
    case play(String, to: LegID)
    case startRecording(RecordingID, file: String)
    case startRecordingBeside(RecordingID, file: String, other: RecordingID)
    case stopRecording(RecordingID)
    case refuseNewCalls(status: Int, retryAfter: ClosedRange<Int>)
    case takeNewCalls
  }

  private enum LegState { case offered, early, answered, dialled }

  private struct State {
    var orders: [Order] = []
    var faults: [String] = []
    var legs: [LegID: LegState] = [:]
    var links: Set<AudioLink> = []
    var recordings: Set<RecordingID> = []
    var refusals: [Destination: EngineError] = [:]
    var endsHang = false
    var gates: [AsyncStream<Void>.Continuation] = []
    var waiters: [(matches: @Sendable (Order) -> Bool, resume: @Sendable (Order) -> Void)] = []
    var seen = 0
  }

  /// Nothing is awaited inside it.
  private let state = Guarded(State())
  /// What the peers do.
  public let events: AsyncStream<CallEvent>
  private let network: AsyncStream<CallEvent>.Continuation

  /// A quiet network.
  public init() { (events, network) = AsyncStream.makeStream() }

  /// A peer does something.
  public func happens(_ event: CallEvent) {
    state.withLock { state in
      switch event {
      case .arrived(let leg, _): state.legs[leg] = .offered
      case .answered(let leg): if state.legs[leg] != nil { state.legs[leg] = .answered }
      case .ended(let leg, _):
        state.legs[leg] = nil
        state.links = state.links.filter { $0.from != .leg(leg) && $0.to != .leg(leg) }
      default: break
      }
    }
    network.yield(event)
  }

  /// The network is shut down: `events` ends.
  public func stop() { network.finish() }

  /// From now on dialling this destination fails; it is not among `orders` then.
  public func refuses(_ destination: Destination, with error: EngineError) {
    state.withLock { $0.refusals[destination] = error }
  }

  /// From now on ending a leg does not come back, until `endsReturn`.
  public func endsHang() { state.withLock { $0.endsHang = true } }
  /// What hangs comes back, and nothing hangs any more.
  public func endsReturn() {
    let gates = state.withLock { state in
      state.endsHang = false
      defer { state.gates = [] }
      return state.gates
    }
    for gate in gates { gate.finish() }
  }

  /// Everything told so far, in order.
  public var orders: [Order] { state.withLock { $0.orders } }
  /// Orders that no network would carry out.
  public var faults: [String] { state.withLock { $0.faults } }
  /// Who hears whom at this moment.
  public var links: Set<AudioLink> { state.withLock { $0.links } }

  /// Waits for the next order that fits, counting from the last one waited for.
  public func next(_ matches: @escaping @Sendable (Order) -> Bool) async -> Order {
    await withCheckedContinuation { continuation in
      let found = state.withLock { state -> Order? in
        while state.seen < state.orders.count {
          let order = state.orders[state.seen]
          state.seen += 1
          if matches(order) { return order }
        }
        state.waiters.append((matches, { continuation.resume(returning: $0) }))
        return nil
      }
      if let found { continuation.resume(returning: found) }
    }
  }

  private func take(_ order: Order, _ change: (inout State) -> Void) {
    let resumed = state.withLock { state -> (@Sendable (Order) -> Void)? in
      change(&state)
      state.orders.append(order)
      guard let index = state.waiters.firstIndex(where: { $0.matches(order) }) else { return nil }
      state.seen = state.orders.count
      return state.waiters.remove(at: index).resume
    }
    resumed?(order)
  }

  private func needs(_ leg: LegID) throws(EngineError) {
    guard state.withLock({ $0.legs[leg] != nil }) else { throw .noSuchLeg(leg) }
  }

  // MARK: CallEngine

  /// A fault on a leg that is not on offer.
  public func ring(_ leg: LegID) async throws(EngineError) {
    try needs(leg)
    take(.ring(leg)) { if $0.legs[leg] != .offered { $0.faults.append("180 to \(leg)") } }
  }
  /// A fault on a leg that is not on offer.
  public func openEarlyMedia(_ leg: LegID) async throws(EngineError) {
    try needs(leg)
    take(.openEarlyMedia(leg)) {
      if $0.legs[leg] != .offered { $0.faults.append("183 to \(leg)") }
      $0.legs[leg] = .early
    }
  }
  /// A fault on a leg that is answered, or that we dialled.
  public func answer(_ leg: LegID) async throws(EngineError) {
    try needs(leg)
    take(.answer(leg)) {
      if $0.legs[leg] == .answered || leg.isOutgoing { $0.faults.append("second 200 to \(leg)") }
      $0.legs[leg] = .answered
    }
  }
  /// The leg must be there.
  public func press(_ digit: Character, on leg: LegID) async throws(EngineError) {
    try needs(leg)
    take(.press(digit, on: leg)) { _ in }
  }
  /// A fault for a 2xx to an unanswered caller. The leg stays until the test says `.ended`. Hangs after `endsHang`.
  public func end(_ leg: LegID, status: Int, answeredElsewhere: Bool) async throws(EngineError) {
    try needs(leg)
    let (gate, opener) = AsyncStream<Void>.makeStream()
    take(.end(leg, status: status)) {
      if $0.legs[leg] == .offered, status < 300 { $0.faults.append("\(leg) ended with \(status) unanswered") }
      if $0.endsHang { $0.gates.append(opener) } else { opener.finish() }
    }
    for await _ in gate {}
  }
  /// A fault for a name that is taken.
  public func dial(_ leg: LegID, to destination: Destination, showing caller: PresentedCaller, contact: ContactID)
    async throws(EngineError)
  {
    if let error = state.withLock({ $0.refusals[destination] }) { throw error }
    take(.dial(leg, to: destination, showing: caller)) {
      if $0.legs[leg] != nil || !leg.isOutgoing { $0.faults.append("\(leg) dialled twice") }
      $0.legs[leg] = .dialled
    }
  }
  /// A fault when it is open.
  public func link(_ link: AudioLink) async throws(EngineError) {
    take(.link(link)) { if !$0.links.insert(link).inserted { $0.faults.append("linked twice: \(link)") } }
  }
  /// Nothing happens when it is not open.
  public func unlink(_ link: AudioLink) async throws(EngineError) { take(.unlink(link)) { $0.links.remove(link) } }
  /// The test says when it has come to its end.
  public func play(_ file: String, to leg: LegID) async throws(EngineError) {
    try needs(leg)
    take(.play(file, to: leg)) { _ in }
  }
  /// A fault when it is open.
  public func startRecording(_ recording: RecordingID, file: String) async throws(EngineError) {
    take(.startRecording(recording, file: file)) {
      if !$0.recordings.insert(recording).inserted { $0.faults.append("\(recording) opened twice") }
    }
  }
  /// A fault when it is open, or the other is not.
  public func startRecording(
    _ recording: RecordingID, file: String, beside other: RecordingID, after offset: Duration
  ) async throws(EngineError) {
    take(.startRecordingBeside(recording, file: file, other: other)) {
      if !$0.recordings.contains(other) { $0.faults.append("\(recording) beside \(other), which is not open") }
      if !$0.recordings.insert(recording).inserted { $0.faults.append("\(recording) opened twice") }
    }
  }
  /// Nothing happens when it is not open.
  public func stopRecording(_ recording: RecordingID) async throws(EngineError) {
    take(.stopRecording(recording)) { _ = $0.recordings.remove(recording) }
  }
  /// Calls arrive as ever: the test says which.
  public func refuseNewCalls(status: Int, retryAfter seconds: ClosedRange<Int>) async throws(EngineError) {
    take(.refuseNewCalls(status: status, retryAfter: seconds)) { _ in }
  }
  /// Nothing changes.
  public func takeNewCalls() async throws(EngineError) { take(.takeNewCalls) { _ in } }
}
