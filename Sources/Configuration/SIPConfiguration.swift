public import Telephony

/// The telephone side as the administrator set it up: where we listen, who our peers and phones are.
public struct SIPConfiguration: Sendable, Equatable {
  /// Numeric, IPv4 or IPv6.
  public var bindAddress = "127.0.0.1"
  /// 1 to 65535, for each transport.
  public var port = 5060
  /// Where we listen.
  public var transports: Set<Transport> = [.udp, .tcp]
  /// Numeric, of the family of `bindAddress`; nil: that one.
  public var publicAddress: String?
  /// Even first port to last port of audio.
  public var rtpPorts: ClosedRange<Int> = 20000...29999
  /// Legs at one time.
  public var maxLegs = 1000
  /// Samples a second of mixing and recordings: 8000 or 16000.
  public var audioRate = 8000
  /// After so long without a packet a party is told to be silent.
  public var silentTime: Duration = .seconds(30)
  /// Of digest authentication.
  public var realm = "tsunagi"
  /// In order of preference.
  public var codecs: [Codec] = [.pcmu, .pcma, .g722, .opus]
  /// Peers known by address.
  public var trunks: [Trunk] = []
  /// Phones of our registrar, and extensions behind trunks.
  public var phones: [Phone] = []
  /// What phones may ask when they register.
  public var registration = RegistrationLimits()

  /// The defaults: loopback, without peers and phones.
  public init() {}

  /// What SIP travels by.
  public enum Transport: String, Sendable, Codable, CaseIterable { case udp, tcp }

  /// What audio is coded by, named as in SDP.
  public enum Codec: String, Sendable, Codable, CaseIterable {
    case pcmu = "PCMU"
    case pcma = "PCMA"
    case g722 = "G722"
    case opus
  }

  /// Seconds between registrations, and how many a phone may have at once.
  public struct RegistrationLimits: Sendable, Equatable {
    /// 423 below.
    public var minimum: Duration = .seconds(60)
    /// Shortened above.
    public var maximum: Duration = .seconds(3600)
    /// Contacts of one phone.
    public var contactsPerPhone = 5
    /// The defaults.
    public init() {}
  }

  /// Addresses with a common beginning.
  public struct Network: Sendable, Hashable, CustomStringConvertible {
    /// Numeric; every bit behind the prefix is zero.
    public var address: String
    /// 0 to 32, or to 128.
    public var prefixLength: Int
    /// Nil: any port.
    public var port: Int?
    /// Takes what was checked before.
    public init(address: String, prefixLength: Int, port: Int? = nil) {
      self.address = address
      self.prefixLength = prefixLength
      self.port = port
    }
    /// `192.0.2.64/28`, `127.0.0.1/32:5160`.
    public var description: String {
      let host = address.contains(":") ? "[\(address)]" : address
      return "\(host)/\(prefixLength)" + (port.map { ":\($0)" } ?? "")
    }
  }

  /// A host with its port.
  public struct Host: Sendable, Hashable, CustomStringConvertible {
    /// A name, or an address without brackets.
    public var name: String
    /// 1 to 65535.
    public var port: Int
    /// Takes what was checked before.
    public init(name: String, port: Int = 5060) {
      self.name = name
      self.port = port
    }
    /// `192.0.2.10:5060`, `[::1]:5060`: what the SIP bridge takes as a proxy.
    public var description: String { name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)" }
  }

  /// A PBX or a carrier.
  public struct Trunk: Sendable, Equatable {
    /// Its name.
    public var id: TrunkID
    /// Where its calls come from.
    public var networks: [Network]
    /// Where calls for it go.
    public var proxy: Host
    /// How they go there.
    public var transport: Transport
    /// Host part of From, To and P-Asserted-Identity towards it; nil: that of the proxy.
    public var domain: String?
    /// Whether its P-Asserted-Identity is believed, and it is given ours.
    public var isTrusted: Bool
    /// Whether it can take 110, 118 and 119.
    public var takesEmergencyCalls: Bool
    /// Our number towards it; nil: what the caller's phone has.
    public var callerNumber: PhoneNumber?
    /// How it wants numbers written.
    public var numberFormat: NumberFormat
    /// How its audio is protected.
    public var srtp: SRTP

    /// Puts a trunk together; what is left out is the careful choice.
    public init(
      id: TrunkID, networks: [Network], proxy: Host, transport: Transport = .udp, domain: String? = nil,
      isTrusted: Bool = false, takesEmergencyCalls: Bool = false, callerNumber: PhoneNumber? = nil,
      numberFormat: NumberFormat = .national, srtp: SRTP = .off
    ) {
      self.id = id
      self.networks = networks
      self.proxy = proxy
      self.transport = transport
      self.domain = domain
      self.isTrusted = isTrusted
      self.takesEmergencyCalls = takesEmergencyCalls
      self.callerNumber = callerNumber
      self.numberFormat = numberFormat
      self.srtp = srtp
    }
  }

  /// How a trunk wants numbers written.
  public enum NumberFormat: String, Sendable, Codable, CaseIterable {
    /// 0312345678: `PhoneNumber.national`.
    case national
    /// +81312345678: `PhoneNumber.e164`, where there is one.
    case e164
  }

  /// A telephone.
  public struct Phone: Sendable, Equatable {
    /// User part of its address, and its user name for digest authentication.
    public var id: PhoneID
    /// How it is reached.
    public var line: Line
    /// What its set is to show of a caller.
    public var display: Display
    /// How its audio is protected, if it registers here; behind a trunk it is as the trunk says.
    public var srtp: SRTP
    /// Whether it registers here or stands behind a trunk.
    public enum Line: Sendable, Equatable {
      case registers(secret: Secret, Digest)
      case behind(TrunkID, number: PhoneNumber)
    }

    /// Puts a phone together.
    public init(id: PhoneID, line: Line, display: Display = .name, srtp: SRTP = .off) {
      self.id = id
      self.line = line
      self.display = display
      self.srtp = srtp
    }
  }

  /// Whether audio goes by SRTP with keys in the session descriptions (SDES).
  public enum SRTP: String, Sendable, Codable, CaseIterable { case off, optional, required }

  /// The hash of digest authentication (RFC 8760).
  public enum Digest: String, Sendable, Codable, CaseIterable {
    case md5
    case sha256 = "sha-256"
  }

  /// What a phone's set can show: many show no kanji.
  public enum Display: String, Sendable, Codable, CaseIterable { case name, reading, romaji, number }
}
