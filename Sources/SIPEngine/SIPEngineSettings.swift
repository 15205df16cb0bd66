public import Telephony

/// Everything the engine must know before it listens. Plain values, as read from the configuration.
public struct SIPEngineSettings: Sendable, Equatable {
  /// How SIP messages travel.
  public enum Transport: String, Sendable, CaseIterable, Codable {
    case udp
    case tcp
  }

  /// A stretch of addresses.
  public struct Network: Sendable, Hashable {
    /// Numeric, IPv4 or IPv6.
    public var address: String
    /// How many leading bits count; 0 to 32 or 128.
    public var prefixLength: Int
    /// Compared over UDP only; nil is any.
    public var port: Int?

    /// Puts it together.
    public init(address: String, prefixLength: Int, port: Int? = nil) {
      self.address = address
      self.prefixLength = prefixLength
      self.port = port
    }
  }

  /// How audio is protected: SRTP with keys in the session descriptions (SDES, RFC 4568).
  public enum SRTP: String, Sendable, CaseIterable, Codable {
    /// Plain RTP; whoever offers nothing else is refused.
    case off
    /// Offers plain RTP with keys, which a peer that has SRTP takes (RFC 8643), and answers each offer as it is.
    case optional
    /// Refuses what would be plain.
    case required
  }

  /// How a trunk wants numbers written.
  public enum NumberFormat: Sendable, Hashable {
    /// `+81312345678`.
    case e164
    /// As dialled within the country: its own numbers in their national form, others behind the international prefix.
    case national(internationalPrefix: String)
    /// 0312345678, and 010… abroad.
    public static let japan = NumberFormat.national(internationalPrefix: "010")
  }

  /// A peer known by its source address.
  public struct Trunk: Sendable, Equatable {
    /// Its name.
    public var id: TrunkID
    /// Where its calls come from.
    public var networks: [Network]
    /// `host:port` where calls for it go.
    public var proxy: String
    /// How they go there.
    public var transport: Transport
    /// Host part of From, To and P-Asserted-Identity towards it; nil: that of the proxy.
    public var domain: String?
    /// Whether it takes and gives P-Asserted-Identity.
    public var isTrusted: Bool
    /// How it wants numbers written.
    public var numberFormat: NumberFormat
    /// How its audio is protected.
    public var srtp: SRTP

    /// Puts it together.
    public init(
      id: TrunkID, networks: [Network], proxy: String, transport: Transport = .udp, domain: String? = nil,
      isTrusted: Bool = false, numberFormat: NumberFormat = .japan, srtp: SRTP = .off
    ) {
      self.id = id
      self.networks = networks
      self.proxy = proxy
      self.transport = transport
      self.domain = domain
      self.isTrusted = isTrusted
      self.numberFormat = numberFormat
      self.srtp = srtp
    }
  }

  /// How a phone proves itself.
  public enum Digest: String, Sendable, CaseIterable, Codable {
    case md5 = "MD5"
    case sha256 = "SHA-256"
  }

  /// A telephone.
  public struct Phone: Sendable, Equatable {
    /// How it is reached.
    public enum Access: Sendable, Equatable {
      /// It registers here with its name as user and this password.
      case registers(secret: String, digest: Digest = .md5)
      /// It is an extension behind a PBX: this number, by this trunk.
      case `extension`(TrunkID, number: String)
    }
    /// User part of its address of record, and its digest user name; at most 63 bytes.
    public var id: PhoneID
    /// How it is reached.
    public var access: Access
    /// How its audio is protected, if it registers here; an extension has what its trunk has.
    public var srtp: SRTP

    /// Puts it together.
    public init(id: PhoneID, access: Access, srtp: SRTP = .off) {
      self.id = id
      self.access = access
      self.srtp = srtp
    }
  }

  /// Numeric, IPv4 or IPv6.
  public var bindAddress = "127.0.0.1"
  /// For UDP and TCP alike.
  public var port = 5060
  /// Which are listened on.
  public var transports: Set<Transport> = [.udp, .tcp]
  /// What peers are told; nil: the bound address.
  public var publicAddress: String?
  /// Ports for audio, two for each leg.
  public var rtpPorts: ClosedRange<Int> = 20_000...29_999
  /// Legs at once.
  public var maximumLegs = 512
  /// Samples a second of mixing and recordings: 8000 or 16000.
  public var audioRate = 8000
  /// How often an agent who is monitored hears a tone, where that is wanted: 1 to 60.
  public var beepSeconds = 15
  /// After so long without a packet a party is told to be silent.
  public var silentSeconds = 30
  /// Of digest authentication.
  public var realm = "tsunagi"
  /// In requests of ours.
  public var userAgent = "Tsunagi"
  /// In order of preference: PCMU, PCMA, G722, opus.
  public var codecs = ["PCMU", "PCMA", "G722", "opus"]
  /// Peers by address.
  public var trunks: [Trunk] = []
  /// Telephones.
  public var phones: [Phone] = []
  /// What was registered when the last run ended.
  public var bindings: [Binding] = []
  /// A registration for less is refused, for more shortened; seconds.
  public var registerSeconds: ClosedRange<Int> = 60...3600
  /// Contacts of one phone at once.
  public var contactsPerPhone = 4
  /// After this many seconds in which nobody has said that it rings (18x), or answered, an outgoing leg is given up.
  public var unansweredInviteSeconds = 180
  /// Where recordings are written: a directory that exists, itself not a symbolic link.
  public var recordingsDirectory = "."
  /// How much of the stack's own log is told, 0 to 5.
  public var logLevel = 3

  /// The defaults.
  public init() {}
}
