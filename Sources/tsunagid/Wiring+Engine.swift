import Configuration
import Numbers
import SIPEngine
import Storage
import Supervision
import Telephony

extension SIPEngineSettings {
  /// The configuration in the words of the engine.
  init(_ configuration: DaemonConfiguration, bindings: [Binding]) {
    self.init()
    let sip = configuration.sip
    bindAddress = sip.bindAddress
    port = sip.port
    transports = Set(sip.transports.map { $0 == .tcp ? .tcp : .udp })
    publicAddress = sip.publicAddress
    rtpPorts = sip.rtpPorts
    maximumLegs = sip.maxLegs
    audioRate = sip.audioRate
    silentSeconds = Int(sip.silentTime.components.seconds)
    beepSeconds = configuration.supervision.beepSeconds ?? beepSeconds
    realm = sip.realm
    userAgent = "Tsunagi/\(Program.version)"
    codecs = sip.codecs.map(\.rawValue)
    let abroad = Numbers.internationalPrefix(country: configuration.numbering.country)
    trunks = sip.trunks.map { Trunk($0, internationalPrefix: abroad) }
    phones = sip.phones.map(Phone.init)
    self.bindings = bindings
    registerSeconds =
      Int(sip.registration.minimum.components.seconds)...Int(sip.registration.maximum.components.seconds)
    contactsPerPhone = sip.registration.contactsPerPhone
    recordingsDirectory = configuration.storage.recordings
    logLevel = configuration.logLevel == .debug ? 4 : 2
  }
}

extension SIPEngineSettings.Trunk {
  init(_ trunk: SIPConfiguration.Trunk, internationalPrefix: String) {
    self.init(
      id: trunk.id,
      networks: trunk.networks.map { .init(address: $0.address, prefixLength: $0.prefixLength, port: $0.port) },
      proxy: trunk.proxy.description, transport: trunk.transport == .tcp ? .tcp : .udp, domain: trunk.domain,
      isTrusted: trunk.isTrusted,
      numberFormat: trunk.numberFormat == .e164 ? .e164 : .national(internationalPrefix: internationalPrefix),
      srtp: .init(trunk.srtp))
  }
}

extension SIPEngineSettings.Phone {
  init(_ phone: SIPConfiguration.Phone) {
    switch phone.line {
    case .registers(let secret, let digest):
      self.init(
        id: phone.id, access: .registers(secret: secret.text, digest: digest == .sha256 ? .sha256 : .md5),
        srtp: .init(phone.srtp))
    case .behind(let trunk, let number):
      self.init(id: phone.id, access: .extension(trunk, number: number.national))
    }
  }
}

extension SIPEngineSettings.SRTP {
  init(_ srtp: SIPConfiguration.SRTP) {
    switch srtp {
    case .off: self = .off
    case .optional: self = .optional
    case .required: self = .required
    }
  }
}

extension StoredBinding {
  init(_ binding: Binding) {
    self.init(
      phone: binding.phone, contact: binding.contact, source: binding.source, transport: binding.transport.rawValue,
      expiresAt: binding.expiresAt * 1000, callID: binding.callID, cseq: binding.cseq, userAgent: binding.userAgent)
  }
}

extension Binding {
  /// Nil for a transport that this engine does not speak.
  init?(_ binding: StoredBinding) {
    guard let transport = SIPEngineSettings.Transport(rawValue: binding.transport) else { return nil }
    self.init(
      phone: binding.phone, contact: binding.contact, source: binding.source, transport: transport,
      expiresAt: binding.expiresAt / 1000, callID: binding.callID, cseq: binding.cseq, userAgent: binding.userAgent)
  }
}
