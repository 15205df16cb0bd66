import Distribution
import Telephony
import TelephonyTesting
import Testing

// Several contacts at a time.
extension Overseer {
  /// One that an agent talks in or dials.
  struct Call {
    let agent: AgentID
    /// In which order they came to her.
    let number: Int
    let queue: QueueID?
    /// Where she talks with a caller.
    let phone: PhoneID?
    let isOutbound: Bool
    var isTalking: Bool
    var isHeld = false
    /// When she turned to it last.
    var turnedTo: Moment
    var wantsWrapUp = false
    var hasDisposition = false
  }

  /// What is still to be written after calls that are over.
  struct Notes: Equatable {
    var time: Duration
    var awaited: Set<ContactID>

    var isOver: Bool { time <= .zero && awaited.isEmpty }
  }

  func calls(of agent: AgentID) -> [ContactID] {
    calls.filter { $0.value.agent == agent }.sorted { $0.value.number < $1.value.number }.map(\.key)
  }

  func load(_ agent: AgentID) -> Int { calls.values.count { $0.agent == agent } }

  func isOffered(_ agent: AgentID) -> Bool { open.values.contains { $0.offers[agent] != nil } }

  /// The one that she is in.
  func conversation(of agent: AgentID) -> ContactID? {
    let talks = calls(of: agent).filter { calls[$0]?.isTalking == true }
    let free = talks.filter { calls[$0]?.isHeld == false }
    return (free.isEmpty ? talks : free).max { a, b in
      guard let a = calls[a], let b = calls[b] else { return false }
      return (a.turnedTo.monotonicNanoseconds, a.number) < (b.turnedTo.monotonicNanoseconds, b.number)
    }
  }

  /// Free, or with callers only, at the phone where she is, fewer than she may have, nothing else to do and nowhere to go;
  /// but for her retry delay.
  func couldTake(_ agent: AgentID) -> Bool {
    guard let state = states[agent], state.status == .ready else { return false }
    if state.activity == .idle { return true }
    let mine = calls.values.filter { $0.agent == agent }
    let capacity = settings.agents.first { $0.id == agent }?.capacity ?? 1
    return !mine.isEmpty && mine.count < capacity
      && mine.allSatisfy { $0.isTalking && !$0.isOutbound && $0.phone == state.phone }
      && !isOffered(agent) && owed[agent] == nil && state.pendingStatus == nil
      && (state.phone.map(isReachable) ?? false)
  }

  mutating func callBegins(
    _ contact: ContactID, _ agent: AgentID, queue: QueueID?, phone: PhoneID?, isOutbound: Bool = false,
    isTakenOver: Bool = false, at now: Moment
  ) {
    callsBegun += 1
    // Whoever took over had begun to supervise before whatever she dialled beside.
    calls[contact] = Call(
      agent: agent, number: isTakenOver ? -callsBegun : callsBegun, queue: queue, phone: phone, isOutbound: isOutbound,
      isTalking: !isOutbound, turnedTo: now)
  }

  mutating func callEnds(_ contact: ContactID) {
    guard let call = calls.removeValue(forKey: contact) else { return }
    if let notes = notes(after: call, contact) {
      let before = owed[call.agent] ?? Notes(time: .zero, awaited: [])
      owed[call.agent] = Notes(time: max(before.time, notes.time), awaited: before.awaited.union(notes.awaited))
    }
    // With the last call they begin, but while her phone rings for another one.
    if load(call.agent) == 0, !isOffered(call.agent) { beginsWriting(call.agent) }
  }

  /// What she owes begins, or came to nothing.
  mutating func beginsWriting(_ agent: AgentID) {
    guard let notes = owed.removeValue(forKey: agent) else { return }
    writing[agent] = notes
  }

  /// She dials or supervises now: what she was writing, with time left for it or not, is to come again.
  mutating func stopsWriting(_ agent: AgentID, hasTime: Bool) {
    guard states[agent]?.activity == .afterCallWork else { return }
    owed[agent] = Notes(time: hasTime ? .seconds(1) : .zero, awaited: writing[agent]?.awaited ?? [])
  }

  private func notes(after call: Call, _ contact: ContactID) -> Notes? {
    guard call.isTalking else { return nil }
    let rules = call.queue.map { self.rules(.queue($0)) } ?? settings.direct
    var notes = Notes(time: rules.wrapUp, awaited: [])
    switch rules.wrapUpMode {
    case .none: return nil
    case .optional: if !call.wantsWrapUp { return nil }
    case .timed: break
    case .untilDisposition: if !call.hasDisposition { notes.awaited = [contact] }
    }
    return notes.isOver ? nil : notes
  }

  mutating func holds(_ contact: ContactID, _ agent: AgentID, _ isHeld: Bool, at now: Moment) {
    guard let call = calls[contact], call.agent == agent, call.isTalking, call.isHeld != isHeld else { return }
    calls[contact]?.isHeld = isHeld
    if !isHeld { calls[contact]?.turnedTo = now }
  }

  mutating func requestsWrapUp(_ agent: AgentID) {
    if let contact = conversation(of: agent) { calls[contact]?.wantsWrapUp = true }
  }

  mutating func disposed(_ contact: ContactID, by agent: AgentID) {
    if calls[contact]?.agent == agent, calls[contact]?.isTalking == true { calls[contact]?.hasDisposition = true }
    writing[agent]?.awaited.remove(contact)
    owed[agent]?.awaited.remove(contact)
    if owed[agent]?.isOver == true { owed[agent] = nil }
  }

  func checkCalls(of state: AgentState) {
    let offered = open.first { $0.value.offers[state.id] != nil }?.key
    #expect(state.offered == offered, "\(state), seed \(seed)")
    #expect(state.contacts == calls(of: state.id), "\(state), seed \(seed)")
    switch state.activity {
    case .talking, .holding, .outboundTalking:
      let talk = conversation(of: state.id)
      #expect(state.contact == talk, "\(state), seed \(seed)")
      #expect((state.activity == .holding) == (talk.map { calls[$0]?.isHeld } == true), "\(state), seed \(seed)")
    case .outboundDialing: #expect(offered == nil, "\(state), seed \(seed)")
    case .idle, .reserved, .ringing, .supervising, .afterCallWork, .unreachable:
      #expect(state.contacts.isEmpty, "\(state), seed \(seed)")
    }
  }
}
