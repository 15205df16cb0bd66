import Distribution
import Supervision
import Telephony

@testable import CallCenter

// The network: does what it is told, and calls what no network could do a fault.
extension Floor {
  mutating func observe(_ event: CallEvent) {
    switch event {
    case .answered(let leg):
      if legs[leg] != nil { legs[leg] = true }
      if ending.contains(leg) { lateAnswers.insert(leg) }
    case .ended(let leg, _): remove(leg)
    case .arrived(let leg, let invitation):
      if case .phone(let phone) = invitation.origin, invitation.called.hasPrefix("*55"), legs[leg] == false {
        askingLegs[leg] = phone
      }
    default: break
    }
  }

  mutating func judge(_ command: CallFlow.EngineCommand) {
    switch command {
    case .dial(let leg, let destination, _, let contact): dials(leg, destination, of: contact)
    case .answer(let leg):
      needs(leg, "answered")
      if legs[leg] == true || leg.isOutgoing { faults.append("\(leg) answered twice") }
      if let phone = askingLegs.removeValue(forKey: leg) { asks(leg, phone) }
      if legs[leg] != nil { legs[leg] = true }
    case .end(let leg, _, _): ends(leg)
    case .link(let link):
      for point in [link.from, link.to] { needs(point) }
      needsRow(link)
      if !links.insert(link).inserted { faults.append("linked twice: \(link)") }
      needsOneAgent(link.to)
    case .unlink(let link):
      let isThere = [link.from, link.to].allSatisfy { if case .leg(let leg) = $0 { legs[leg] != nil } else { true } }
      if links.remove(link) == nil, isThere { faults.append("unlinked, and never linked: \(link)") }
    case .startRecording(let id, _), .startRecordingBeside(let id, _, _, _):
      if !recordings.insert(id).inserted { faults.append("\(id) opened twice") }
    case .stopRecording(let id):
      if recordings.remove(id) == nil { faults.append("\(id) sealed, and not open") }
      if links.contains(where: { $0.to == .outside(id) || $0.to == .agentSide(id) || $0.to == .supervisor(id) }) {
        faults.append("\(id) sealed while somebody is linked to it")
      }
    case .refuseNewCalls, .takeNewCalls: break
    case .ring(let leg), .openEarlyMedia(let leg), .play(_, let leg), .press(_, let leg):
      needs(leg, "told \(command)")
    }
  }

  private mutating func dials(_ leg: LegID, _ destination: Destination, of contact: ContactID) {
    if legs[leg] != nil || ending.contains(leg) || !leg.isOutgoing { faults.append("\(leg) dialled twice") }
    legs[leg] = false
    guard case .phone = destination else { return }
    if let row = audit.first(where: { $0.monitor.rawValue == contact.rawValue }) {
      supervisorLegs[leg] = row.monitor
      rungBy[leg] = row.supervisor
      return
    }
    guard let agent = nextRung else { return faults.append("\(leg) rings, and nobody was told") }
    nextRung = nil
    let others = rungBy.filter { $0.value == agent }.keys
    // Nothing keeps a phone from being rung for an emergency call.
    if !emergencies.contains(contact) {
      if others.count >= flow.distributor.capacity(of: agent) { faults.append("\(agent) has more legs than she may") }
      if others.contains(where: { legs[$0] == false }) { faults.append("\(agent) rings for two") }
    }
    rungBy[leg] = agent
  }

  /// A supervisor's own call is taken only when a row says why.
  private mutating func asks(_ leg: LegID, _ phone: PhoneID) {
    let row = audit.last { $0.action == .asked && $0.phone == phone && $0.user == nil }
    guard let row, !supervisorLegs.values.contains(row.monitor) else {
      return faults.append("\(leg) answered before its row was written")
    }
    supervisorLegs[leg] = row.monitor
    rungBy[leg] = row.supervisor
  }

  private mutating func ends(_ leg: LegID) {
    if legs[leg] != nil {
      remove(leg)
      ending.insert(leg)
    } else if lateAnswers.remove(leg) == nil {
      faults.append("\(leg) ended, and it is not there")
    }
  }

  /// Nobody listens, and nobody is heard, before it is written.
  private mutating func needsRow(_ link: AudioLink) {
    for (leg, monitor) in supervisorLegs {
      let isHeard = link.from == .leg(leg)
      guard isHeard || link.to == .leg(leg) else { continue }
      let rows = audit.filter { $0.monitor == monitor && $0.action != .asked && (!isHeard || $0.mode > .listen) }
      if rows.isEmpty { faults.append("\(link) before its row was written") }
    }
  }

  /// However many phones rang: a caller talks with one agent.
  private mutating func needsOneAgent(_ point: AudioPoint) {
    guard case .leg(let caller) = point, !caller.isOutgoing, supervisorLegs[caller] == nil else { return }
    let voices = links.filter { link in
      guard link.to == point, case .leg(let leg) = link.from else { return false }
      return supervisorLegs[leg] == nil
    }
    if voices.count > 1 { faults.append("\(caller) hears \(voices.count) at once") }
  }

  private mutating func needs(_ leg: LegID, _ what: String) {
    if legs[leg] == nil { faults.append("\(leg) \(what), and it is not there") }
  }

  private mutating func needs(_ point: AudioPoint) {
    switch point {
    case .leg(let leg): needs(leg, "linked")
    case .outside(let id), .agentSide(let id), .supervisor(let id):
      if !recordings.contains(id) { faults.append("linked to \(id), which is not open") }
    case .music, .beep: break
    }
  }

  private mutating func remove(_ leg: LegID) {
    legs[leg] = nil
    rungBy[leg] = nil
    supervisorLegs[leg] = nil
    askingLegs[leg] = nil
    ending.remove(leg)
    lateAnswers.remove(leg)
    links = links.filter { $0.from != .leg(leg) && $0.to != .leg(leg) }
  }
}
