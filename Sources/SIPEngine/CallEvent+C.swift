import CSIPBridge
import Telephony

// Copies of what C lends for the length of a callback.

extension String {
  /// A copy; empty for NULL, and with replacement characters where it is not UTF-8.
  init(borrowed text: UnsafePointer<CChar>?) { self = text.map { String(cString: $0) } ?? "" }
}

extension CallEvent {
  /// What a leg said; nil for an event that is of no leg.
  init?(_ event: sip_event, _ leg: LegID) {
    switch event.kind {
    case SIP_ARRIVED:
      guard let invitation = event.invitation.flatMap({ Invitation($0.pointee) }) else { return nil }
      self = .arrived(leg, invitation)
    case SIP_PROGRESSED: self = .progressed(leg, status: Int(event.status))
    case SIP_ANSWERED: self = .answered(leg)
    case SIP_HELD: self = .held(leg)
    case SIP_RETRIEVED: self = .retrieved(leg)
    case SIP_PRESSED: self = .pressed(leg, digit: Character(UnicodeScalar(UInt8(bitPattern: event.digit))))
    case SIP_AUDIO_FLOWS: self = .audioChanged(leg, .flowing)
    case SIP_AUDIO_ONE_WAY: self = .audioChanged(leg, .oneWay)
    case SIP_AUDIO_SILENT: self = .audioChanged(leg, .silent)
    case SIP_ANNOUNCEMENT_FINISHED: self = .announcementFinished(leg)
    case SIP_ENDED: self = .ended(leg, LegEnd(event))
    default: return nil
    }
  }
}

extension LegEnd {
  init(_ event: sip_event) {
    self.init(status: Int(event.status), byPeer: event.by_peer, wasAnswered: event.was_answered)
  }
}

extension NameAddress {
  init(_ address: sip_name_address) {
    self.init(
      displayName: String(borrowed: address.display_name), user: String(borrowed: address.user),
      host: String(borrowed: address.host))
  }
}

extension Invitation {
  /// Nil when nobody is named who brought it: such an INVITE should not have come this far.
  init?(_ invitation: sip_invitation) {
    let origin: Origin
    if let trunk = invitation.trunk {
      origin = .trunk(TrunkID(rawValue: String(borrowed: trunk)))
    } else if let phone = invitation.phone {
      origin = .phone(PhoneID(rawValue: String(borrowed: phone)))
    } else {
      return nil
    }
    let contact = String(borrowed: invitation.contact)
    self.init(
      origin: origin, called: String(borrowed: invitation.called), from: NameAddress(invitation.from),
      assertedIdentity: invitation.has_asserted ? NameAddress(invitation.asserted) : nil,
      remotePartyID: invitation.has_remote_party ? NameAddress(invitation.remote_party) : nil,
      remotePartyIsPrivate: invitation.remote_party_private,
      privacy: String(borrowed: invitation.privacy).split(separator: ",").map { value in
        value.filter { $0 != " " }.lowercased()
      },
      contact: contact.isEmpty ? nil : ContactID(rawValue: contact))
  }
}

extension Binding {
  init(_ binding: sip_binding) {
    self.init(
      phone: PhoneID(rawValue: String(borrowed: binding.phone)), contact: String(borrowed: binding.contact),
      source: String(borrowed: binding.source), transport: binding.transport == SIP_TCP ? .tcp : .udp,
      expiresAt: binding.expires_at, callID: String(borrowed: binding.call_id), cseq: binding.cseq,
      userAgent: String(borrowed: binding.user_agent))
  }
}

extension LoadFigures {
  init(_ load: sip_load) {
    self.init()
    ticks = Int(clamping: load.ticks)
    missedTicks = Int(clamping: load.missed_ticks)
    latenessMedian = .microseconds(load.lateness_p50)
    latenessP99 = .microseconds(load.lateness_p99)
    latenessWorst = .microseconds(load.lateness_worst)
    signallingLateness = .microseconds(load.signalling_lateness)
    busyPercent = Int(load.busy_percent)
    recorderPercent = Int(load.recorder_percent)
    lostSamples = Int(clamping: load.lost_samples)
  }
}
