import Control
import History
import Telephony

/// Reads along what clients and the history are told of each contact, and notes what contradicts itself.
struct Chronicle {
  private(set) var faults: [String] = []
  private var stories: [ContactID: Story] = [:]
  private var written: Set<ContactID> = []

  fileprivate struct Story {
    var isOutbound: Bool
    /// The number was dialled without an offer: the phone itself did it, or the caller is sent on to it.
    var isByKeypad = false
    /// A queue sent the caller on to a number.
    var isSentOn = false
    /// Whose screens show it, and how far that has come.
    var shown: [AgentID: Showing] = [:]
    var isConnected: Bool { winner != nil }
    /// Who was connected; `nobody` where no agent sits.
    var winner: AgentID?
    var holds = 0
    var recordings = 0
    var isEnded = false
    /// Whose phones ring, or will, beside hers who talks.
    var rung: Set<AgentID> { Set(shown.filter { $0.value.isOffered && $0.key != winner }.keys) }
  }

  fileprivate struct Showing {
    var isCardPending: Bool
    var isOffered = false
    var hasRung = false
  }

  /// Contacts that arrived and have not ended.
  var open: [ContactID] { stories.filter { !$0.value.isEnded }.keys.sorted() }
  /// Contacts whose record has not been written with its end.
  var unwritten: [ContactID] { stories.keys.filter { !written.contains($0) }.sorted() }

  mutating func saw(_ record: ContactRecord) {
    if written.contains(record.id) { faults.append("\(record.id) written after its end") }
    guard record.endReason != nil else { return }
    written.insert(record.id)
    if record.endedAt == nil || record.segments.contains(where: { $0.endedAt == nil || $0.endReason == nil }) {
      faults.append("\(record.id) written with open ends")
    }
  }

  mutating func saw(_ notice: Notice) {
    guard let contact = notice.contact else { return }
    switch notice.body {
    // What it came to may be said after its end.
    case .agentChanged, .agentDisplaced, .contactDisposition, .monitorStarted, .monitorChanged, .monitorStopped: return
    case .contactArrived(_, _, let direction):
      if stories[contact] != nil { faults.append("\(contact) arrived twice") }
      stories[contact] = Story(isOutbound: direction == "outbound")
      return
    default: break
    }
    guard var story = stories[contact] else { return faults.append("\(contact): \(notice.body.type) before arrived") }
    if let complaint = story.tell(notice) { faults.append("\(contact): \(complaint)") }
    stories[contact] = story
  }
}

extension Chronicle.Story {
  /// Goes on by one notice; what is wrong with it.
  mutating func tell(_ notice: Notice) -> String? {
    let type = notice.body.type
    if isEnded { return "\(type) after its end" }
    switch notice.body {
    case .popUp(let popUp):
      guard let agent = notice.agent else { return "a pop-up for nobody" }
      if shown[agent]?.isOffered == true || (isConnected && !isByKeypad) {
        return "a pop-up for \(agent) in the middle of an offer"
      }
      shown[agent] = .init(isCardPending: popUp.card == "pending")
    case .popUpCompleted:
      guard let agent = notice.agent, shown[agent]?.isCardPending == true else {
        return "a card completed that was not pending"
      }
      shown[agent]?.isCardPending = false
    case .contactOverflowed(let kind, _, _):
      if isOutbound || isConnected || !rung.isEmpty || notice.queue == nil { return "overflowed out of turn" }
      isSentOn = kind == "number"
    case .contactOffered:
      guard let agent = notice.agent, let showing = shown[agent] else { return "offered before the pop-up" }
      if showing.isOffered || isConnected || isByKeypad { return "offered twice" }
      shown[agent]?.isOffered = true
    case .contactRinging:
      guard let agent = notice.agent, rung.contains(agent), shown[agent]?.hasRung == false else {
        return "rings without an offer, or twice"
      }
      shown[agent]?.hasRung = true
    case .contactOfferEnded(let reason):
      guard let agent = notice.agent, rung.contains(agent) else { return "an offer ended that was none" }
      if isConnected != (reason == "answered_elsewhere") { return "an offer ended with \(reason)" }
      shown[agent] = nil
    case .contactConnected where isByKeypad:
      if isConnected { return "connected twice" }
      winner = notice.agent ?? "nobody"
    case .contactConnected:
      guard let agent = notice.agent, rung.contains(agent), !isConnected else {
        return "connected without an offer, or twice"
      }
      winner = agent
    case .contactTakenOver(let former):
      if !isConnected || former == notice.agent { return "taken over out of turn" }
    case .contactHeld:
      holds += 1
      if !isConnected || holds > 2 { return "held before connected, or too often" }
    case .contactRetrieved:
      holds -= 1
      if !isConnected || holds < 0 { return "retrieved, and not held" }
    case .contactDialing:
      if isOutbound == isSentOn || isByKeypad || isConnected { return "dialled out of turn" }
      isByKeypad = rung.isEmpty
    case .recordingStarted:
      recordings += 1
      if !isConnected || recordings > 1 { return "recorded before connected, or twice" }
    case .recordingEnded, .recordingFailed:
      recordings -= 1
      if recordings != 0 { return "a recording ended that was none" }
    case .contactEnded(_, let stage):
      isEnded = true
      if !rung.isEmpty, !isOutbound { return "ended in the middle of an offer" }
      if recordings != 0 { return "ended while it is recorded" }
      if stage != nil, isConnected || !isOutbound { return "ended with a stage of dialling" }
    default: break
    }
    return nil
  }
}
