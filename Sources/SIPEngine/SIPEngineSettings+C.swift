import CSIPBridge
import Glibc
import Telephony

/// The settings as C reads them. What it allocates lives as long as it does.
final class CSettings {
  private(set) var value = sip_settings()
  private var blocks: [UnsafeMutableRawPointer] = []

  init(_ settings: SIPEngineSettings, recordingsDirectory: Int32) {
    value.bind_address = text(settings.bindAddress)
    value.port = Int32(clamping: settings.port)
    value.udp = settings.transports.contains(.udp)
    value.tcp = settings.transports.contains(.tcp)
    value.public_address = settings.publicAddress.flatMap(text)
    value.rtp_port_first = Int32(clamping: settings.rtpPorts.lowerBound)
    value.rtp_port_last = Int32(clamping: settings.rtpPorts.upperBound)
    value.max_legs = UInt32(clamping: settings.maximumLegs)
    value.audio_rate = UInt32(clamping: settings.audioRate)
    value.silent_seconds = UInt32(clamping: settings.silentSeconds)
    value.realm = text(settings.realm)
    value.user_agent = text(settings.userAgent)
    let codecs: [UnsafePointer<CChar>?] = settings.codecs.map(text)
    (value.codecs, value.codec_count) = array(codecs)
    (value.trunks, value.trunk_count) = array(settings.trunks.map(trunk))
    (value.phones, value.phone_count) = array(settings.phones.map(phone))
    (value.bindings, value.binding_count) = array(settings.bindings.map(binding))
    value.register_min_seconds = UInt32(clamping: settings.registerSeconds.lowerBound)
    value.register_max_seconds = UInt32(clamping: settings.registerSeconds.upperBound)
    value.contacts_per_phone = UInt32(clamping: settings.contactsPerPhone)
    value.unanswered_invite_seconds = UInt32(clamping: settings.unansweredInviteSeconds)
    value.recordings_directory = recordingsDirectory
    value.log_level = Int32(clamping: settings.logLevel)
  }

  deinit { for block in blocks { free(block) } }

  private func text(_ text: String) -> UnsafePointer<CChar>? {
    guard let copy = strdup(text) else { return nil }
    blocks.append(copy)
    return UnsafePointer(copy)
  }

  private func array<Element>(_ elements: [Element]) -> (UnsafePointer<Element>?, Int) {
    guard !elements.isEmpty, let block = calloc(elements.count, MemoryLayout<Element>.stride) else { return (nil, 0) }
    blocks.append(block)
    let first = block.bindMemory(to: Element.self, capacity: elements.count)
    first.initialize(from: elements, count: elements.count)
    return (UnsafePointer(first), elements.count)
  }

  private func trunk(_ trunk: SIPEngineSettings.Trunk) -> sip_trunk {
    let networks = array(
      trunk.networks.map { network in
        sip_network(
          address: text(network.address), prefix_length: Int32(clamping: network.prefixLength),
          port: Int32(clamping: network.port ?? 0))
      })
    return sip_trunk(
      id: text(trunk.id.rawValue), networks: networks.0, network_count: networks.1, proxy: text(trunk.proxy),
      transport: trunk.transport.kind, domain: trunk.domain.flatMap(text), trusted: trunk.isTrusted,
      srtp: trunk.srtp.kind)
  }

  private func phone(_ phone: SIPEngineSettings.Phone) -> sip_phone {
    switch phone.access {
    case .registers(let secret, let digest):
      sip_phone(
        id: text(phone.id.rawValue), secret: text(secret), digest: digest == .md5 ? SIP_DIGEST_MD5 : SIP_DIGEST_SHA256,
        trunk: nil, number: nil, srtp: phone.srtp.kind)
    case .extension(let trunk, let number):
      sip_phone(
        id: text(phone.id.rawValue), secret: nil, digest: SIP_DIGEST_MD5, trunk: text(trunk.rawValue),
        number: text(number), srtp: SIP_SRTP_OFF)
    }
  }

  private func binding(_ binding: Binding) -> sip_binding {
    sip_binding(
      phone: text(binding.phone.rawValue), contact: text(binding.contact), source: text(binding.source),
      transport: binding.transport.kind, expires_at: binding.expiresAt, call_id: text(binding.callID),
      cseq: binding.cseq, user_agent: text(binding.userAgent))
  }
}

extension SIPEngineSettings.Transport {
  var kind: sip_transport_kind { self == .udp ? SIP_UDP : SIP_TCP }
}

extension SIPEngineSettings.SRTP {
  var kind: sip_srtp {
    switch self {
    case .off: SIP_SRTP_OFF
    case .optional: SIP_SRTP_OPTIONAL
    case .required: SIP_SRTP_REQUIRED
    }
  }
}

extension SIPEngineSettings.NumberFormat {
  /// The number as this trunk dials it; short and special numbers go without their plan's name.
  func written(_ number: PhoneNumber) -> String {
    switch self {
    case .e164: number.e164 ?? number.national
    case .national(let internationalPrefix):
      number.national.hasPrefix("+") ? internationalPrefix + number.national.dropFirst() : number.national
    }
  }
}
