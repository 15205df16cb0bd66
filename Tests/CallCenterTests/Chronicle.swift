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
    /// The number was dialled without an offer: the phone itself did it.
    var isByKeypad = false
    var shownTo: AgentID?
    var isCardPending = false
    var offeredTo: AgentID?
    var hasRung = false
    var isConnected = false
    var holds = 0
    var recordings = 0
    var isEnded = false
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
    case .agentChanged, .agentDisplaced, .monitorStarted, .monitorChanged, .monitorStopped: return
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
      if offeredTo != nil { return "a pop-up for \(notice.agent ?? "nobody") in the middle of an offer" }
      shownTo = notice.agent
      isCardPending = popUp.card == "pending"
    case .popUpCompleted:
      if shownTo != notice.agent || !isCardPending { return "a card completed that was not pending" }
      isCardPending = false
    case .contactOffered:
      if shownTo != notice.agent || notice.agent == nil { return "offered before the pop-up" }
      if offeredTo != nil || isConnected || isByKeypad { return "offered twice" }
      offeredTo = notice.agent
      hasRung = false
    case .contactRinging:
      if offeredTo != notice.agent || hasRung { return "rings without an offer, or twice" }
      hasRung = true
    case .contactOfferEnded:
      if offeredTo != notice.agent || offeredTo == nil || isConnected { return "an offer ended that was none" }
      offeredTo = nil
    case .contactConnected where isByKeypad:
      if isConnected { return "connected twice" }
      isConnected = true
    case .contactConnected:
      if offeredTo != notice.agent || offeredTo == nil || isConnected { return "connected without an offer, or twice" }
      isConnected = true
    case .contactTakenOver(let former):
      if !isConnected || former == notice.agent { return "taken over out of turn" }
    case .contactHeld:
      holds += 1
      if !isConnected || holds > 2 { return "held before connected, or too often" }
    case .contactRetrieved:
      holds -= 1
      if !isConnected || holds < 0 { return "retrieved, and not held" }
    case .contactDialing:
      if !isOutbound || isByKeypad || isConnected { return "dialled out of turn" }
      isByKeypad = offeredTo == nil
    case .recordingStarted:
      recordings += 1
      if !isConnected || recordings > 1 { return "recorded before connected, or twice" }
    case .recordingEnded, .recordingFailed:
      recordings -= 1
      if recordings != 0 { return "a recording ended that was none" }
    case .contactEnded(_, let stage):
      isEnded = true
      if offeredTo != nil, !isConnected, !isOutbound { return "ended in the middle of an offer" }
      if recordings != 0 { return "ended while it is recorded" }
      if stage != nil, isConnected || !isOutbound { return "ended with a stage of dialling" }
    default: break
    }
    return nil
  }
}
