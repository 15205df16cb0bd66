import Telephony

extension Notice.Body {
  /// Every `type` there is, in the order of the declaration.
  public static let types = [
    "contact.arrived", "contact.queued", "contact.overflowed", "contact.offered", "contact.ringing",
    "contact.offerEnded",
    "contact.connected", "contact.held", "contact.retrieved", "contact.dialing", "contact.digit", "contact.takenOver",
    "contact.disposition", "contact.audio", "contact.priorityChanged", "contact.ended",
    "popup", "popup.completed", "agent.changed", "agent.overstayed", "agent.displaced", "agent.settingsChanged",
    "queue.changed", "membership.changed", "code.changed", "shift.changed", "recording.started", "recording.ended",
    "recording.failed", "monitor.started", "monitor.changed", "monitor.stopped", "monitor.refused",
    "phone.reachable", "phone.unreachable",
    "security.refused", "system.draining", "system.overloaded", "system.recovered",
  ]

  /// The `type` on the wire.
  public var type: String {
    switch self {
    case .contactArrived: "contact.arrived"
    case .contactQueued: "contact.queued"
    case .contactOverflowed: "contact.overflowed"
    case .contactOffered: "contact.offered"
    case .contactRinging: "contact.ringing"
    case .contactOfferEnded: "contact.offerEnded"
    case .contactConnected: "contact.connected"
    case .contactHeld: "contact.held"
    case .contactRetrieved: "contact.retrieved"
    case .contactDialing: "contact.dialing"
    case .contactDigit: "contact.digit"
    case .contactTakenOver: "contact.takenOver"
    case .contactDisposition: "contact.disposition"
    case .contactAudio: "contact.audio"
    case .contactPriorityChanged: "contact.priorityChanged"
    case .contactEnded: "contact.ended"
    case .popUp: "popup"
    case .popUpCompleted: "popup.completed"
    case .agentChanged: "agent.changed"
    case .agentOverstayed: "agent.overstayed"
    case .agentDisplaced: "agent.displaced"
    case .agentSettingsChanged: "agent.settingsChanged"
    case .queueChanged: "queue.changed"
    case .membershipChanged: "membership.changed"
    case .codeChanged: "code.changed"
    case .shiftChanged: "shift.changed"
    case .recordingStarted: "recording.started"
    case .recordingEnded: "recording.ended"
    case .recordingFailed: "recording.failed"
    case .monitorStarted: "monitor.started"
    case .monitorChanged: "monitor.changed"
    case .monitorStopped: "monitor.stopped"
    case .monitorRefused: "monitor.refused"
    case .phoneReachable: "phone.reachable"
    case .phoneUnreachable: "phone.unreachable"
    case .refused: "security.refused"
    case .draining: "system.draining"
    case .overloaded: "system.overloaded"
    case .recovered: "system.recovered"
    }
  }
}

/// The member `data` of a notice: the values of the case by name.
///
/// A case that carries one value with names of its own (a card, a recording, an agent) has the members of that value
/// here, with its other values beside them.
struct NoticeData: Encodable {
  var body: Notice.Body

  private enum Name: String, CodingKey {
    case caller, called, direction, phone, reason, number, digit, side, state, stage, cause, by, from, to, kind, source,
      supervisor, right, causes, seconds, priority, changes, user, code, note, since, list, days
  }

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Name.self)
    switch body {
    case .contactArrived(let caller, let called, let direction):
      try members.encode(caller, forKey: .caller)
      try members.encode(called, forKey: .called)
      try members.encode(direction, forKey: .direction)
    case .contactQueued, .contactRinging, .contactConnected, .contactHeld, .contactRetrieved, .draining: break
    case .contactOverflowed(let kind, let target, let reason):
      try members.encode(kind, forKey: .kind)
      try members.encode(target, forKey: .to)
      try members.encode(reason, forKey: .reason)
    case .contactOffered(let phone), .phoneReachable(let phone), .phoneUnreachable(let phone):
      try members.encode(phone, forKey: .phone)
    case .contactOfferEnded(let reason): try members.encode(reason, forKey: .reason)
    case .contactDialing(let number): try members.encode(number, forKey: .number)
    case .contactDigit(let digit): try members.encode(digit, forKey: .digit)
    case .contactTakenOver(let former): try members.encode(former, forKey: .from)
    case .monitorStarted(let monitor), .monitorChanged(let monitor): try monitor.encode(to: encoder)
    case .monitorStopped(let monitor, let reason):
      try monitor.encode(to: encoder)
      try members.encode(reason, forKey: .reason)
    case .monitorRefused(let supervisor, let phone, let right, let reason):
      try members.encode(supervisor, forKey: .supervisor)
      try members.encode(phone, forKey: .phone)
      try members.encode(right, forKey: .right)
      try members.encode(reason, forKey: .reason)
    case .contactAudio(let side, let state):
      try members.encode(side, forKey: .side)
      try members.encode(state, forKey: .state)
    case .contactPriorityChanged(let priority): try members.encode(priority, forKey: .priority)
    case .queueChanged(let changes, let user), .membershipChanged(let changes, let user),
      .agentSettingsChanged(let changes, let user):
      try members.encode(changes, forKey: .changes)
      try members.encode(user, forKey: .user)
    case .codeChanged(let list, let code, let changes, let user):
      try members.encode(list, forKey: .list)
      try members.encode(code, forKey: .code)
      try members.encode(changes, forKey: .changes)
      try members.encode(user, forKey: .user)
    case .shiftChanged(let from, let to, let days, let user):
      try members.encode(from, forKey: .from)
      try members.encode(to, forKey: .to)
      try members.encode(days, forKey: .days)
      try members.encode(user, forKey: .user)
    case .contactEnded(let reason, let stage):
      try members.encode(reason, forKey: .reason)
      try members.encodeIfPresent(stage, forKey: .stage)
    case .popUp(let card), .popUpCompleted(let card): try card.encode(to: encoder)
    case .agentChanged(let agent, let cause, let by):
      try agent.encode(to: encoder)
      try members.encode(cause, forKey: .cause)
      try members.encode(by, forKey: .by)
    case .agentOverstayed(let reason, let since):
      try members.encode(reason, forKey: .reason)
      try members.encode(since, forKey: .since)
    case .contactDisposition(let code, let note):
      try members.encode(code, forKey: .code)
      try members.encodeIfPresent(note, forKey: .note)
    case .agentDisplaced(let phone): try members.encode(phone, forKey: .from)
    case .recordingStarted(let recording), .recordingEnded(let recording): try recording.encode(to: encoder)
    case .recordingFailed(let recording, let reason):
      try recording.encode(to: encoder)
      try members.encode(reason, forKey: .reason)
    case .overloaded(let load, let causes):
      try load.encode(to: encoder)
      try members.encode(causes, forKey: .causes)
    case .recovered(let load, let seconds):
      try load.encode(to: encoder)
      try members.encode(seconds, forKey: .seconds)
    case .refused(let source, let reason):
      try members.encode(source, forKey: .source)
      try members.encode(reason, forKey: .reason)
    }
  }
}

/// The whole line of a notice: a JSON-RPC 2.0 notification.
struct NoticeLine: Encodable {
  var jsonrpc = "2.0"
  var method = "event"
  var params: Parameters

  struct Parameters: Encodable {
    var seq: UInt64
    var epoch: UInt64
    var time: String
    /// Microseconds of the monotonic clock: below 2^53, so that JavaScript keeps every digit.
    var monotonic: Int64
    var type: String
    /// Of the members of `data`; grows when one changes its meaning.
    var v = 1
    var contact: ContactID?
    var agent: AgentID?
    var queue: QueueID?
    var data: NoticeData
  }

  init(_ notice: Notice, seq: UInt64, epoch: UInt64) {
    params = Parameters(
      seq: seq, epoch: epoch, time: RFC3339.text(notice.at.wallMilliseconds),
      monotonic: notice.at.monotonicNanoseconds / 1000, type: notice.body.type, contact: notice.contact,
      agent: notice.agent, queue: notice.queue, data: NoticeData(body: notice.body))
  }
}
