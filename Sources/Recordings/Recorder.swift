public import Telephony

/// When a file starts and when it is sealed.
///
///     silent ──conversationBegan──▶ talking ──policy or request──▶ talking, recorded ──▶ sealed or failed
///                                      ▲───────── stop on demand, failure ──────┘
///
/// One file at most per contact at any time; a conversation that goes on with another agent goes on in the same file.
/// Each `start` is followed by exactly one `stop`, and a `save` of the row in its last state.
public struct Recorder: Sendable {
  /// What must be done, in this order.
  public enum Effect: Equatable, Sendable {
    /// Write the row, open the file.
    case start(Recording)
    /// Seal the file.
    case stop(RecordingID)
    /// Write the row as it is now.
    case save(Recording)
  }

  private struct Conversation: Sendable {
    var agent: AgentID?
    var queue: QueueID?
    var policy: RecordingPolicy
    var recording: Recording?
    /// Of what supervisors say, beside the other; also when it is over before that.
    var supervisors: Recording?
  }

  private var conversations: [ContactID: Conversation] = [:]
  private var contacts: [RecordingID: ContactID] = [:]
  /// Supervisors, each beside those who talk in a contact.
  private var present: [MonitorID: Presence] = [:]

  private struct Presence: Sendable {
    var contact: ContactID
    var supervisor: AgentID
    var agent: AgentID
    var event: RecordingMark.Event
  }

  /// Nobody talks.
  public init() {}

  /// Two parties talk in this contact from now on; `name` is used when this begins a recording.
  ///
  /// Told of a contact that talks already (another agent took over), the new policy counts from now on: `never` seals
  /// what runs.
  public mutating func conversationBegan(
    _ contact: ContactID, agent: AgentID?, queue: QueueID?, policy: RecordingPolicy, name: RecordingID, at now: Moment
  ) -> [Effect] {
    let former = conversations[contact]
    conversations[contact] = Conversation(
      agent: agent, queue: queue, policy: policy, recording: former?.recording, supervisors: former?.supervisors)
    switch policy {
    case .always: return begin(contact, name: name, at: now)
    case .never: return seal(contact, .sealed, at: now)
    case .onDemand: return []
    }
  }

  /// Why a request would come to nothing; nil when it would be granted, or is granted already.
  public func refusalToStart(_ contact: ContactID) -> RecordingRefusal? {
    guard let conversation = conversations[contact] else { return .nobodyTalks(contact) }
    return conversation.policy == .never && conversation.recording == nil ? .queueRecordsNever : nil
  }

  /// Why a request to end it would come to nothing; nil when it would be granted.
  public func refusalToStop(_ contact: ContactID) -> RecordingRefusal? {
    guard let conversation = conversations[contact], conversation.recording != nil else {
      return .notRecorded(contact)
    }
    return conversation.policy == .onDemand ? nil : .queueRecordsAlways
  }

  /// Somebody asks for it; nothing happens when it runs, when nobody talks, or when the policy is `never`.
  public mutating func requested(_ contact: ContactID, name: RecordingID, at now: Moment) -> [Effect] {
    guard let conversation = conversations[contact], conversation.policy != .never else { return [] }
    return begin(contact, name: name, at: now)
  }

  /// Somebody ends it. A recording that the policy demands goes on: the answer says so by being empty.
  public mutating func stopRequested(_ contact: ContactID, at now: Moment) -> [Effect] {
    guard conversations[contact]?.policy == .onDemand else { return [] }
    return seal(contact, .sealed, at: now)
  }

  /// Nobody talks any more.
  public mutating func conversationEnded(_ contact: ContactID, at now: Moment) -> [Effect] {
    let effects = seal(contact, .sealed, at: now)
    conversations[contact] = nil
    return effects
  }

  /// A supervisor may be heard in this contact from now on: a file beside the one that runs, of what supervisors say; named
  /// after that. One at most; nothing happens when none runs, or when there was one.
  public mutating func supervisorSpoke(_ contact: ContactID, at now: Moment) -> [Effect] {
    guard let main = conversations[contact]?.recording, conversations[contact]?.supervisors == nil else { return [] }
    let id = RecordingID(rawValue: main.id.rawValue + "-supervisor")
    let recording = Recording(
      id: id, contact: contact, file: Recording.fileName(of: id, startedAt: main.startedAt), beside: main.id,
      agent: main.agent, queue: main.queue, startedAt: now)
    conversations[contact]?.supervisors = recording
    contacts[id] = contact
    return [.start(recording)]
  }

  /// The file could not be opened or written. The conversation goes on unrecorded unless somebody asks again.
  public mutating func failed(_ recording: RecordingID, at now: Moment) -> [Effect] {
    guard let contact = contacts[recording] else { return [] }
    if conversations[contact]?.supervisors?.id == recording { return sealSupervisors(contact, .failed, at: now) }
    return seal(contact, .failed, at: now)
  }

  // MARK: Supervisors

  /// She is in this contact beside this agent in this mode from now on; also for one who was there in another mode. Marked
  /// in what runs, and at the beginning of what begins while she is there.
  public mutating func supervisorCame(
    _ monitor: MonitorID, _ supervisor: AgentID, to contact: ContactID, with agent: AgentID, mode: MonitorMode,
    at now: Moment
  ) -> [Effect] {
    let presence = Presence(contact: contact, supervisor: supervisor, agent: agent, event: .init(mode))
    let former = present.updateValue(presence, forKey: monitor)
    let leaving = former.map { $0.contact == contact ? [] : mark($0, as: .left, at: now) } ?? []
    return leaving + mark(presence, as: presence.event, at: now)
  }

  /// She is gone, or has become the party.
  public mutating func supervisorLeft(_ monitor: MonitorID, hasTakenOver: Bool = false, at now: Moment) -> [Effect] {
    guard let presence = present.removeValue(forKey: monitor) else { return [] }
    return mark(presence, as: hasTakenOver ? .tookOver : .left, at: now)
  }

  private mutating func mark(_ presence: Presence, as event: RecordingMark.Event, at now: Moment) -> [Effect] {
    guard var recording = conversations[presence.contact]?.recording else { return [] }
    recording.marks.append(
      RecordingMark(
        offset: max(.zero, now.since(recording.startedAt)), event: event, supervisor: presence.supervisor,
        agent: presence.agent))
    conversations[presence.contact]?.recording = recording
    return [.save(recording)]
  }

  /// The recording that runs for this contact.
  public func current(of contact: ContactID) -> RecordingID? { conversations[contact]?.recording?.id }

  /// Nothing happens when one runs, or when the name is taken by one that does.
  private mutating func begin(_ contact: ContactID, name: RecordingID, at now: Moment) -> [Effect] {
    guard let conversation = conversations[contact], conversation.recording == nil, contacts[name] == nil else {
      return []
    }
    let marks = present.sorted { $0.key < $1.key }.map(\.value).filter { $0.contact == contact }
      .map { RecordingMark(offset: .zero, event: $0.event, supervisor: $0.supervisor, agent: $0.agent) }
    let recording = Recording(
      id: name, contact: contact, file: Recording.fileName(of: name, startedAt: now), agent: conversation.agent,
      queue: conversation.queue, startedAt: now, marks: marks)
    conversations[contact]?.recording = recording
    contacts[name] = contact
    return [.start(recording)]
  }

  private mutating func seal(_ contact: ContactID, _ state: Recording.State, at now: Moment) -> [Effect] {
    guard var recording = conversations[contact]?.recording else { return [] }
    let beside = sealSupervisors(contact, .sealed, at: now)
    conversations[contact]?.recording = nil
    conversations[contact]?.supervisors = nil
    contacts[recording.id] = nil
    recording.endedAt = now
    recording.state = state
    return beside + [.stop(recording.id), .save(recording)]
  }

  private mutating func sealSupervisors(_ contact: ContactID, _ state: Recording.State, at now: Moment) -> [Effect] {
    guard var recording = conversations[contact]?.supervisors, contacts.removeValue(forKey: recording.id) != nil else {
      return []
    }
    recording.endedAt = now
    recording.state = state
    return [.stop(recording.id), .save(recording)]
  }
}
