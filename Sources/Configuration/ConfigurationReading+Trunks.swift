import Entries
import Telephony

extension ConfigurationReading {
  mutating func readTrunks(_ sections: [Section]) {
    var seen: [String: Int] = [:]
    for section in sections {
      let id = section.identifier(&seen)
      let networks = networks(of: section)
      let proxy = proxy(of: section, networks: networks)
      let transport = transport(of: section)
      let domain = domain(of: section)
      let isTrusted = section.boolean("trusted") ?? false
      let emergency = section.boolean("emergency") ?? false
      let number = number("caller_number", in: section)
      let format: SIPConfiguration.NumberFormat? = section.choice(
        "number_format", ["national": .national, "e164": .e164])
      let srtp = srtp(of: section)
      section.finish()
      if emergency, section.entry("caller_number") == nil {
        log.warning(
          section.place(of: "emergency"),
          "110, 118 and 119 go out here without a number to call back: set caller_number"
        )
      }
      guard let id, let proxy else { continue }
      configuration.sip.trunks.append(
        SIPConfiguration.Trunk(
          id: TrunkID(rawValue: id), networks: networks, proxy: proxy, transport: transport, domain: domain,
          isTrusted: isTrusted, takesEmergencyCalls: emergency, callerNumber: number,
          numberFormat: format ?? .national, srtp: srtp))
      if isTrusted { configuration.identification.trusted.insert(TrunkID(rawValue: id)) }
    }
  }

  func srtp(of section: Section) -> SIPConfiguration.SRTP {
    section.choice("srtp", ["off": .off, "optional": .optional, "required": .required]) ?? .off
  }

  private func networks(of section: Section) -> [SIPConfiguration.Network] {
    guard let texts = section.strings("addresses") else {
      if section.entry("addresses") == nil {
        section.missing("addresses", "a trunk is known by where its calls come from")
      }
      return []
    }
    if texts.isEmpty { log.error(section.place(of: "addresses"), "addresses is empty: no call could come from there") }
    let isIPv6 = NumericAddress(configuration.sip.bindAddress)?.isIPv6
    return texts.compactMap { text in
      switch SIPConfiguration.Network.read(text.value) {
      case .success(let network):
        if NumericAddress(network.address)?.isIPv6 != isIPv6 {
          log.error(
            text.place, "\(quoted(text.value)) is of another address family than [sip] bind: nothing could come from it"
          )
        }
        if network.prefixLength == 0 {
          log.warning(
            text.place, "\(quoted(text.value)) is everybody: whoever reaches the port is taken for this trunk")
        }
        warnOfOverlap(network, text)
        return network
      case .failure(let objection):
        log.error(text.place, "\(quoted(text.value)) \(objection.explanation)")
        return nil
      }
    }
  }

  /// The first trunk that fits takes a call: that should be no surprise.
  private func warnOfOverlap(_ network: SIPConfiguration.Network, _ text: Written<String>) {
    for trunk in configuration.sip.trunks where trunk.networks.contains(where: { $0.overlaps(network) }) {
      log.warning(text.place, "\(quoted(text.value)) belongs to trunk '\(trunk.id)' as well, which comes first")
    }
  }

  private func proxy(of section: Section, networks: [SIPConfiguration.Network]) -> SIPConfiguration.Host? {
    if let text = section.string("proxy") {
      if let host = SIPConfiguration.Host.read(text.value) { return host }
      log.error(text.place, "proxy must be host:port, such as '192.0.2.10:5060', not \(quoted(text.value))")
      return nil
    }
    if section.entry("proxy") != nil { return nil }
    // A trunk of one address is called where it calls from.
    if networks.count == 1, let only = networks.first, only.prefixLength == (only.address.contains(":") ? 128 : 32) {
      return SIPConfiguration.Host(name: only.address, port: only.port ?? 5060)
    }
    if section.entry("addresses") != nil {
      section.missing("proxy", "with more than one address it must say where calls go")
    }
    return nil
  }

  private func transport(of section: Section) -> SIPConfiguration.Transport {
    guard let chosen: SIPConfiguration.Transport = section.choice("transport", ["udp": .udp, "tcp": .tcp]) else {
      return configuration.sip.transports.contains(.udp) ? .udp : .tcp
    }
    if !configuration.sip.transports.contains(chosen) {
      log.error(
        section.entry("transport")?.value.place ?? section.place,
        "transport is '\(chosen.rawValue)', which [sip] transports does not have")
    }
    return chosen
  }

  private func domain(of section: Section) -> String? {
    guard let text = section.string("domain") else { return nil }
    guard SIPConfiguration.Host.isHostName(text.value) || NumericAddress(text.value) != nil else {
      log.error(text.place, "domain must be a host name or an address, not \(quoted(text.value))")
      return nil
    }
    return text.value
  }
}

extension SIPConfiguration.Network {
  /// Whether an address exists that belongs to both.
  func overlaps(_ other: SIPConfiguration.Network) -> Bool {
    guard let a = NumericAddress(address)?.bytes, let b = NumericAddress(other.address)?.bytes, a.count == b.count,
      port == nil || other.port == nil || port == other.port
    else { return false }
    let common = min(prefixLength, other.prefixLength)
    return a.indices.allSatisfy { index in
      let kept = min(8, max(0, common - index * 8))
      let mask = kept == 0 ? 0 : UInt8.max << UInt8(8 - kept)
      return a[index] & mask == b[index] & mask
    }
  }
}
