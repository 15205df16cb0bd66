import Distribution
import Telephony

extension ConfigurationReading {
  mutating func readPhones(_ sections: [Section]) {
    var seen: [String: Int] = [:]
    var extensions: [String: String] = [:]
    for section in sections {
      let id = section.identifier(&seen)
      let display: SIPConfiguration.Display? = section.choice(
        "display", ["name": .name, "reading": .reading, "romaji": .romaji, "number": .number])
      let srtp = srtp(of: section)
      let line = line(of: section)
      section.finish()
      guard let id, let line else { continue }
      let phone = PhoneID(rawValue: id)
      if case .behind(let trunk, let number) = line {
        configuration.distribution.extensions.insert(phone)
        if let other = extensions.updateValue(id, forKey: "\(trunk) \(number)") {
          log.error(
            section.place(of: "number"),
            "number \(quoted(number.national)) of trunk '\(trunk)' is phone '\(other)' already")
        }
      }
      configuration.sip.phones.append(
        SIPConfiguration.Phone(id: phone, line: line, display: display ?? .name, srtp: srtp))
    }
  }

  /// A phone registers with a secret, or is a number of a trunk; never both.
  private func line(of section: Section) -> SIPConfiguration.Phone.Line? {
    let secret = section.entry("secret")
    let file = section.entry("secret_file")
    let trunk = section.reference("trunk", to: "trunk", among: configuration.sip.trunks.map(\.id.rawValue))
    let number = number("number", in: section)
    let digest: SIPConfiguration.Digest? = section.choice("digest", ["md5": .md5, "sha-256": .sha256])
    let isExtension = section.entry("trunk") != nil || section.entry("number") != nil

    if let secret, let file {
      log.error(file.place, "a phone has secret or secret_file, not both (secret is on line \(secret.place.line))")
    }
    if isExtension {
      for entry in [secret, file, section.entry("digest"), section.entry("srtp")].compactMap({ $0 }) {
        log.error(entry.place, "\(entry.key) is for phones that register here; this one is behind a trunk")
      }
      if section.entry("trunk") == nil { section.missing("trunk", "a phone with a number is behind one") }
      if section.entry("number") == nil { section.missing("number", "a phone behind a trunk is reached by one") }
      guard let trunk, let number else { return nil }
      return .behind(TrunkID(rawValue: trunk), number: number)
    }
    guard secret != nil || file != nil else {
      section.missing("secret", "set secret or secret_file for a phone that registers here, or trunk and number")
      return nil
    }
    let text = secret == nil ? secretFromFile(section) : secretInPlace(section)
    return text.map { .registers(secret: $0, digest ?? .md5) }
  }

  private func secretInPlace(_ section: Section) -> Secret? {
    guard let text = section.string("secret") else { return nil }
    if let mode, mode & 0o077 != 0 {
      log.error(
        section.place(of: "secret"),
        "a secret in a file that others can read (mode \(octal(mode))): make it 0600, or use secret_file")
    }
    return checked(text.value, at: text.place)
  }

  private func secretFromFile(_ section: Section) -> Secret? {
    guard let place = section.entry("secret_file")?.value.place, let path = path("secret_file", in: section) else {
      return nil
    }
    guard opensSecrets else { return Secret("") }
    switch DiskFile.read(path, longest: DiskFile.longestSecret) {
    case .failure(let objection):
      log.error(place, "secret_file: \(quoted(path)) \(objection.explanation)")
      return nil
    case .success(let file):
      // systemd hands credentials over in a folder that only the service can enter, with an ACL that shows as 0440.
      let isCredential = path.hasPrefix("/run/credentials/") && !path.contains("/../")
      if file.mode & 0o077 != 0, !isCredential {
        log.error(place, "secret_file: \(quoted(path)) can be read by others (mode \(octal(file.mode))): make it 0600")
        return nil
      }
      var bytes = file.bytes[...]
      while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
      return checked(String(decoding: bytes, as: UTF8.self), at: place)
    }
  }

  private func checked(_ text: String, at place: Place) -> Secret? {
    let isClean = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control && $0 != "\u{FFFD}" }
    guard (1...128).contains(text.utf8.count), isClean else {
      log.error(place, "a secret must be 1 to 128 bytes of text without control characters")
      return nil
    }
    if text.utf8.count < 8 {
      log.warning(place, "this secret is short: eight characters or more can be guessed less easily")
    }
    return Secret(text)
  }
}
