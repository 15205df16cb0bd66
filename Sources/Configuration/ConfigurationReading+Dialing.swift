import Dialing
import Telephony

extension ConfigurationReading {
  /// First of all: every number of the file is read by what this makes.
  mutating func readNumbering(_ section: Section) {
    if let country = section.string("country") {
      if country.value.utf8.count == 2, country.value.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) {
        configuration.numbering.country = country.value
      } else {
        log.error(country.place, "country must be two capital letters, such as 'JP', not \(quoted(country.value))")
      }
    }
    if let area = section.string("default_area") {
      let isDigits = area.value.utf8.allSatisfy { (0x30...0x39).contains($0) }
      if isDigits, (2...5).contains(area.value.utf8.count), area.value.hasPrefix("0"), !area.value.hasPrefix("00") {
        configuration.numbering.defaultArea = area.value
      } else {
        log.error(
          area.place,
          "default_area must be an area code of 2 to 5 digits with its leading zero, such as '03', not \(quoted(area.value))"
        )
      }
    }
    if let text = section.string("extension_digits") {
      let ends = text.value.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      if let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first >= 2, first <= last,
        last <= 8
      {
        configuration.numbering.extensionLengths = first...last
      } else {
        log.error(text.place, "extension_digits must be from 2 to 8, such as '4' or '3-5', not \(quoted(text.value))")
      }
    }
    if let reader = makeReader(configuration.numbering) {
      read = reader
      return
    }
    let country = quoted(configuration.numbering.country)
    log.error(
      section.entry("country")?.value.place ?? section.place,
      "country \(country) is none whose numbers are known: a code of ISO 3166, such as 'JP'")
    // So that the rest of the file is looked at as well.
    configuration.numbering.country = NumberingSettings().country
    if let reader = makeReader(configuration.numbering) { read = reader }
  }

  mutating func readDialing(_ section: Section) {
    let kinds = PhoneNumber.Kind.allCases
    if let texts = section.strings("open") {
      configuration.dialPlan.open = Set(
        texts.compactMap { text in
          if let kind = PhoneNumber.Kind(rawValue: text.value) { return kind }
          let words = kinds.map(\.rawValue)
          log.error(
            text.place,
            "open: there is no class of numbers \(quoted(text.value)): one of \(words.map { "'\($0)'" }.joined(separator: ", "))\(guess(text.value, among: words))"
          )
          return nil
        })
    }
    let trunks = configuration.sip.trunks
    let names = trunks.map(\.id.rawValue)
    configuration.dialPlan.trunk = section.reference("trunk", to: "trunk", among: names).map { TrunkID(rawValue: $0) }
    readEmergencyTrunk(section, trunks)
    configuration.dialer.agentRingTime =
      section.seconds("agent_ring_seconds", 1...600) ?? configuration.dialer.agentRingTime
    configuration.dialer.numberRingTime =
      section.seconds("number_ring_seconds", 1...600) ?? configuration.dialer.numberRingTime
    section.finish()
  }

  private mutating func readEmergencyTrunk(_ section: Section, _ trunks: [SIPConfiguration.Trunk]) {
    if let entry = section.entry("emergency_trunk") {
      guard let name = section.reference("emergency_trunk", to: "trunk", among: trunks.map(\.id.rawValue)) else {
        return
      }
      configuration.dialPlan.emergencyTrunk = TrunkID(rawValue: name)
      if trunks.first(where: { $0.id.rawValue == name })?.takesEmergencyCalls == false {
        log.error(
          entry.value.place,
          "trunk \(quoted(name)) is not declared able to take emergency calls: set emergency = true there, if it is")
        configuration.dialPlan.emergencyTrunk = nil
      }
      return
    }
    configuration.dialPlan.emergencyTrunk = trunks.first(where: \.takesEmergencyCalls)?.id
    if configuration.dialPlan.emergencyTrunk == nil {
      let numbers = "110, 118 and 119"
      if let trunk = configuration.dialPlan.trunk {
        log.warning(
          section.place,
          "\(numbers) go out by trunk \(quoted(trunk.rawValue)), which is not declared able to take them: set emergency = true on a trunk that is"
        )
      } else {
        log.warning(section.place, "\(numbers) cannot be dialled: there is no trunk by which they could go out")
      }
    }
  }
}
