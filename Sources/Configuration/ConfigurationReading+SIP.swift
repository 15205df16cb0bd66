import Telephony

extension ConfigurationReading {
  mutating func readSIP(_ section: Section) {
    if let bind = section.string("bind") {
      if NumericAddress(bind.value) == nil {
        log.error(bind.place, "bind must be a numeric IPv4 or IPv6 address, not \(quoted(bind.value))")
      } else {
        configuration.sip.bindAddress = bind.value
      }
    }
    configuration.sip.port = section.integer("port", 1...65535) ?? configuration.sip.port
    if let transports = section.choices("transports", ["udp": SIPConfiguration.Transport.udp, "tcp": .tcp]) {
      if transports.isEmpty { log.error(section.place(of: "transports"), "transports must name 'udp', 'tcp' or both") }
      configuration.sip.transports = Set(transports)
    }
    if let address = section.string("public_address") {
      let numeric = NumericAddress(address.value)
      if numeric == nil || numeric?.isIPv6 != NumericAddress(configuration.sip.bindAddress)?.isIPv6 {
        log.error(
          address.place,
          "public_address must be a numeric address of the same family as bind, not \(quoted(address.value))")
      } else {
        configuration.sip.publicAddress = address.value
      }
    }
    let isEveryAddress = NumericAddress(configuration.sip.bindAddress)?.bytes.allSatisfy { $0 == 0 } == true
    if isEveryAddress, section.entry("public_address") == nil {
      log.error(section.place(of: "bind"), "bind is every address: set public_address to the one that peers are told")
    }
    configuration.sip.maxLegs = section.integer("max_legs", 2...2048) ?? configuration.sip.maxLegs
    readPorts(section)
    configuration.sip.audioRate =
      section.choiceOfIntegers("audio_rate", [8000, 16000]) ?? configuration.sip.audioRate
    configuration.sip.silentTime = section.seconds("silent_seconds", 11...3600) ?? configuration.sip.silentTime
    readRealm(section)
    let codecs: KeyValuePairs<String, SIPConfiguration.Codec> = [
      "PCMU": .pcmu, "PCMA": .pcma, "G722": .g722, "opus": .opus,
    ]
    if let chosen = section.choices("codecs", codecs) {
      if chosen.isEmpty { log.error(section.place(of: "codecs"), "codecs must name at least one") }
      configuration.sip.codecs = chosen
    }
    readRegistration(section)
    section.finish()
  }

  private mutating func readPorts(_ section: Section) {
    if let text = section.string("rtp_ports") {
      let ends = text.value.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 1024, last <= 65535, first < last,
        first % 2 == 0
      else {
        log.error(
          text.place,
          "rtp_ports must be an even first and a last port from 1024 to 65535, such as '20000-29999', not \(quoted(text.value))"
        )
        return
      }
      configuration.sip.rtpPorts = first...last
      if (first...last).contains(configuration.sip.port) {
        log.error(text.place, "rtp_ports contains the SIP port \(configuration.sip.port)")
      }
    }
    // One for RTP and one for RTCP of each leg.
    let legs = configuration.sip.rtpPorts.count / 2
    if legs < configuration.sip.maxLegs {
      let key = section.entries.contains { $0.key == "rtp_ports" } ? "rtp_ports" : "max_legs"
      log.warning(
        section.place(of: key),
        "rtp_ports are enough for \(legs) legs, and max_legs is \(configuration.sip.maxLegs)")
    }
  }

  private mutating func readRealm(_ section: Section) {
    guard let realm = section.string("realm") else { return }
    // It stands in quotes in a header: neither quote nor backslash nor anything outside ASCII.
    let allowed = realm.value.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    guard (1...64).contains(realm.value.utf8.count), allowed else {
      log.error(realm.place, "realm must be 1 to 64 ASCII characters without quotes, not \(quoted(realm.value))")
      return
    }
    configuration.sip.realm = realm.value
  }

  private mutating func readRegistration(_ section: Section) {
    var limits = SIPConfiguration.RegistrationLimits()
    limits.minimum = section.seconds("register_min_seconds", 1...86400) ?? limits.minimum
    limits.maximum = section.seconds("register_max_seconds", 1...86400) ?? limits.maximum
    limits.contactsPerPhone = section.integer("contacts_per_phone", 1...20) ?? limits.contactsPerPhone
    if limits.minimum > limits.maximum {
      log.error(section.place(of: "register_min_seconds"), "register_min_seconds is more than register_max_seconds")
    }
    configuration.sip.registration = limits
  }
}

extension Section {
  /// One of a few whole numbers.
  func choiceOfIntegers(_ key: String, _ allowed: [Int]) -> Int? {
    guard let value = integer(key, 0...Int(Int32.max)) else { return nil }
    guard allowed.contains(value) else {
      let words = allowed.map { String($0) }.joined(separator: " or ")
      log.error(entry(key)?.value.place ?? place, "\(key) must be \(words), not \(value)")
      return nil
    }
    return value
  }
}
