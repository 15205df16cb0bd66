import CSIPBridge
import Synchronization
import Telephony
import Threads

/// Takes what the stack says, on the stack's threads, and turns it into values in the same order.
///
/// The stack holds it by one retain from start to stop. `receive` copies and yields; it never waits and never calls
/// the stack: what must be done there leaves as a `Chore`, for the engine's own thread.
final class Inbox: Sendable {
  /// What the engine has to do because of an event.
  enum Chore: Equatable, Sendable {
    /// A child of a fork must go.
    case end(LegID, isAnsweredElsewhere: Bool)
    /// A fork has its winner: what was linked to it can be linked now.
    case connect(LegID)
  }

  /// Where a command for a leg goes.
  enum Reach: Equatable {
    /// This dialog.
    case leg(LegID)
    /// These children ring; none has answered.
    case ringing([LegID])
    /// It is over.
    case gone
  }

  private struct State {
    var forks: [LegID: Fork] = [:]
    var parents: [LegID: LegID] = [:]
    var contacts: [PhoneID: Set<String>] = [:]
    var recordings: [UInt64: RecordingID] = [:]
  }

  /// A failure may be told some time after a recording was closed.
  private static let rememberedRecordings: UInt64 = 4096

  private let state = Mutex(State())
  private let events: Mailbox<CallEvent>
  private let changes: AsyncStream<BindingChange>.Continuation
  private let refusals: AsyncStream<Refusal>.Continuation
  private let load: AsyncStream<LoadFigures>.Continuation
  private let log: AsyncStream<StackLogLine>.Continuation
  private let chores: AsyncStream<Chore>.Continuation

  init(
    events: Mailbox<CallEvent>, changes: AsyncStream<BindingChange>.Continuation,
    refusals: AsyncStream<Refusal>.Continuation, load: AsyncStream<LoadFigures>.Continuation,
    log: AsyncStream<StackLogLine>.Continuation, chores: AsyncStream<Chore>.Continuation
  ) {
    self.events = events
    self.changes = changes
    self.refusals = refusals
    self.load = load
    self.log = log
    self.chores = chores
  }

  /// What C calls; `context` is the retained inbox.
  static let callback: sip_event_fn = { event, context in
    guard let event, let context else { return }
    Unmanaged<Inbox>.fromOpaque(context).takeUnretainedValue().receive(event.pointee)
  }

  /// Copies one event; nothing of it is kept.
  func receive(_ event: sip_event) {
    switch event.kind {
    case SIP_LOG: log.yield(StackLogLine(level: Int(event.status), text: String(borrowed: event.text)))
    case SIP_LOAD:
      guard let told = event.load?.pointee else { return }
      var figures = LoadFigures(told)
      figures.eventsWaiting = events.count
      load.yield(figures)
    case SIP_REFUSED: refusals.yield(Refusal(text: String(borrowed: event.text), status: Int(event.status)))
    // Yielded under the lock, since the engine's thread tells ends of forks as well.
    case SIP_BOUND, SIP_UNBOUND: state.withLock { bindingChanged(event, &$0) }
    case SIP_RECORDING_FAILED:
      state.withLock { state in
        guard let recording = state.recordings[event.recording] else { return }
        events.yield(.recordingFailed(recording, reason: String(borrowed: event.text)))
      }
    default: state.withLock { legSpoke(event, &$0) }
    }
  }

  private func bindingChanged(_ event: sip_event, _ state: inout State) {
    guard let binding = event.binding.map({ Binding($0.pointee) }) else { return }
    if event.kind == SIP_BOUND {
      changes.yield(.bound(binding))
      let isFirst = state.contacts[binding.phone, default: []].isEmpty
      state.contacts[binding.phone, default: []].insert(binding.contact)
      events.yield(isFirst ? .phoneReachable(binding.phone) : .phoneRegistered(binding.phone))
    } else {
      changes.yield(.unbound(binding))
      guard state.contacts[binding.phone]?.remove(binding.contact) != nil,
        state.contacts[binding.phone]?.isEmpty == true
      else { return }
      state.contacts[binding.phone] = nil
      events.yield(.phoneUnreachable(binding.phone))
    }
  }

  private func legSpoke(_ event: sip_event, _ state: inout State) {
    let leg = LegID(rawValue: event.leg)
    guard let parent = state.parents[leg] else {
      if let said = CallEvent(event, leg) { events.yield(said) }
      return
    }
    switch event.kind {
    case SIP_PROGRESSED: change(parent, &state) { $0.childProgressed(leg, status: Int(event.status)) }
    case SIP_ANSWERED: change(parent, &state) { $0.childAnswered(leg) }
    case SIP_ENDED:
      state.parents[leg] = nil
      change(parent, &state) { $0.childEnded(leg, LegEnd(event)) }
    default:
      guard state.forks[parent]?.winner == leg, let said = CallEvent(event, parent) else { return }
      events.yield(said)
    }
  }

  private func change(_ leg: LegID, _ state: inout State, _ happened: (inout Fork) -> [Fork.Effect]) {
    guard var fork = state.forks[leg] else { return }
    let effects = happened(&fork)
    state.forks[leg] = fork.isFinished ? nil : fork
    for effect in effects {
      switch effect {
      case .progressed(let status): events.yield(.progressed(leg, status: status))
      case .answered:
        events.yield(.answered(leg))
        chores.yield(.connect(leg))
      case .ended(let end): events.yield(.ended(leg, end))
      case .end(let child, let isAnsweredElsewhere): chores.yield(.end(child, isAnsweredElsewhere: isAnsweredElsewhere))
      }
    }
  }

  // Below: for the engine, on its own thread.

  /// Before the first child is dialled, so that none can speak unheard.
  func fork(_ leg: LegID, into children: [LegID]) {
    state.withLock { state in
      state.forks[leg] = Fork(children: children)
      for child in children { state.parents[child] = leg }
    }
  }

  /// Whether this child is still wanted: a faster one may have answered, or refused for all.
  func isWanted(_ child: LegID) -> Bool {
    state.withLock { state in
      guard let parent = state.parents[child], let fork = state.forks[parent] else { return false }
      return fork.isRinging && fork.children.contains(child)
    }
  }

  /// The child was not dialled, and will not speak.
  func notDialled(_ child: LegID) {
    state.withLock { state in
      guard let parent = state.parents.removeValue(forKey: child) else { return }
      change(parent, &state) { $0.childNotDialled(child) }
    }
  }

  /// Which children are to be ended so that the leg ends.
  func end(_ leg: LegID) -> Reach {
    state.withLock { state in
      guard state.forks[leg] != nil else { return .leg(leg) }
      var children: [LegID] = []
      change(leg, &state) { fork in
        children = fork.end().compactMap { if case .end(let child, _) = $0 { child } else { nil } }
        return []
      }
      return children.isEmpty ? .gone : .ringing(children)
    }
  }

  /// Which dialog a command for the leg means.
  func reach(_ leg: LegID) -> Reach {
    state.withLock { state in
      guard let fork = state.forks[leg] else { return .leg(leg) }
      if let winner = fork.winner { return .leg(winner) }
      return fork.isOver ? .gone : .ringing(fork.children)
    }
  }

  /// From now on failures of this recording are told under its name.
  func remember(_ recording: RecordingID, as number: UInt64) {
    state.withLock { state in
      state.recordings[number] = recording
      if number > Self.rememberedRecordings { state.recordings[number - Self.rememberedRecordings] = nil }
    }
  }

  /// Nothing more will come.
  func finish() {
    events.finish()
    changes.finish()
    refusals.finish()
    load.finish()
    log.finish()
    chores.finish()
  }
}
