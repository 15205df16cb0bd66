import Entries
import Telephony
import Testing

@Suite struct `Who is calling` {
  private let identification = CallerIdentification(trusted: ["pbx"])

  private func identify(
    by origin: Invitation.Origin = .trunk("pbx"), from: NameAddress, asserted: NameAddress? = nil,
    remoteParty: NameAddress? = nil, isPrivate: Bool = false, privacy: [String] = []
  ) -> Caller {
    identification.caller(
      of: Invitation(
        origin: origin, called: "8000", from: from, assertedIdentity: asserted, remotePartyID: remoteParty,
        remotePartyIsPrivate: isPrivate, privacy: privacy), read: readNumber)
  }

  private let from = NameAddress(displayName: "From", user: "0311111111", host: "pbx.example")
  private let remoteParty = NameAddress(displayName: "Remote", user: "0322222222", host: "pbx.example")
  private let asserted = NameAddress(displayName: "Asserted", user: "+81333333333", host: "pbx.example")
  private let anonymous = NameAddress(displayName: "Anonymous", user: "anonymous", host: "anonymous.invalid")

  @Test func `a trusted trunk is asked for the asserted identity, then the remote party, then From`() {
    #expect(
      identify(from: from, asserted: asserted, remoteParty: remoteParty)
        == Caller(number: number("0333333333"), displayName: "Asserted"))
    #expect(
      identify(from: from, remoteParty: remoteParty) == Caller(number: number("0322222222"), displayName: "Remote"))
    #expect(identify(from: from) == Caller(number: number("0311111111"), displayName: "From"))
  }

  @Test func `an identity that names nobody is passed over`() {
    let empty = NameAddress(host: "pbx.example")
    #expect(identify(from: from, asserted: empty).number == number("0311111111"))
    let unknown = NameAddress(user: "unknown", host: "pbx.example")
    #expect(identify(from: unknown, asserted: asserted).number == number("0333333333"))
  }

  @Test func `of any other trunk only From counts, and is not verified`() {
    #expect(
      identify(by: .trunk("stranger"), from: from, asserted: asserted, remoteParty: remoteParty)
        == Caller(number: number("0311111111"), displayName: "From", isVerified: false))
  }

  @Test func `a phone of ours is known by its account, whatever it writes`() {
    let forged = NameAddress(displayName: "Police", user: "110", host: "pbx.example")
    #expect(
      identify(by: .phone("101"), from: forged, asserted: asserted) == Caller(text: "101", displayName: "Police"))
    #expect(identify(by: .phone("101"), from: from, privacy: ["id"]) == Caller(anonymity: .withheld))
  }

  @Test func `what is no number is kept as text`() {
    let anna = NameAddress(displayName: "", user: "anna\r\n", host: "pbx.example")
    #expect(identify(from: anna) == Caller(text: "anna\u{FFFD}\u{FFFD}"))
    let invisible = NameAddress(user: "\u{202E}", host: "pbx.example")
    #expect(identify(from: invisible) == Caller(anonymity: .unavailable))
  }

  @Test func `display names are made safe`() {
    let named = NameAddress(displayName: "Eve\u{1B}[31m\u{202E}", user: "0311111111", host: "pbx.example")
    #expect(identify(from: named).displayName == "Eve\u{FFFD}[31m")
  }

  @Test(arguments: [
    ["id"], ["user"], ["header"], ["full"], ["id", "critical"], ["ID;critical"], ["none", "id"], ["history", "user"],
  ])
  func `whoever asks for privacy is not shown, in no field and on no trunk`(privacy: [String]) {
    for origin in [Invitation.Origin.trunk("pbx"), .trunk("stranger"), .phone("101")] {
      let caller = identify(by: origin, from: from, asserted: asserted, remoteParty: remoteParty, privacy: privacy)
      #expect(caller == Caller(anonymity: .withheld, isVerified: origin != .trunk("stranger")))
    }
  }

  @Test(arguments: [[], ["none"], ["critical"], ["session"], ["history"]])
  func `what asks for something else hides nothing`(privacy: [String]) {
    #expect(identify(from: from, privacy: privacy).number == number("0311111111"))
  }

  @Test func `a remote party that is private is not shown`() {
    #expect(identify(from: from, remoteParty: remoteParty, isPrivate: true) == Caller(anonymity: .withheld))
  }

  @Test func `who calls anonymously is not shown, even where the network tells the number`() {
    #expect(identify(from: anonymous, asserted: asserted) == Caller(anonymity: .withheld))
    let nameless = NameAddress(displayName: "Taro", user: "anonymous", host: "pbx.example")
    #expect(identify(from: nameless, asserted: asserted) == Caller(anonymity: .withheld))
    let text = NameAddress(displayName: "非通知", user: "0311111111", host: "pbx.example")
    #expect(identify(from: text) == Caller(anonymity: .withheld))
  }

  @Test(arguments: [
    ("非通知", Caller.Anonymity.withheld), ("Anonymous", .withheld), ("ＡＮＯＮＹＭＯＵＳ", .withheld), ("withheld", .withheld),
    ("公衆電話", .payphone), ("　公衆電話 ", .payphone), ("Payphone", .payphone), ("Coin line/payphone", .payphone),
    ("Coinphone", .payphone), ("表示圏外", .unavailable), ("\"Unavailable\"", .unavailable), ("OUT OF AREA", .unavailable),
    ("サービス競合", .serviceConflict), ("Interaction with other service", .serviceConflict),
  ])
  func `the kinds of anonymous are told by the display text`(text: String, kind: Caller.Anonymity) {
    let from = NameAddress(displayName: text, user: "anonymous", host: "anonymous.invalid")
    #expect(identify(from: from) == Caller(anonymity: kind))
    #expect(identify(from: from, asserted: asserted, privacy: ["id"]) == Caller(anonymity: kind))
    #expect(identify(by: .trunk("stranger"), from: from) == Caller(anonymity: kind, isVerified: false))
  }

  @Test(arguments: [
    ("anonymous", "pbx.example", Caller.Anonymity.withheld), ("Restricted", "pbx.example", .withheld),
    ("0", "anonymous.invalid", .withheld), ("unknown", "pbx.example", .unavailable),
    ("0", "unknown.invalid", .unavailable), ("", "pbx.example", .unavailable), ("", "", .unavailable),
    ("", "anonymous.invalid", .withheld),
  ])
  func `without a text the address tells`(user: String, host: String, kind: Caller.Anonymity) {
    #expect(identify(from: NameAddress(user: user, host: host)) == Caller(anonymity: kind))
  }

  @Test func `a name like Unknown beside a number hides nothing`() {
    let from = NameAddress(displayName: "UNKNOWN", user: "0311111111", host: "pbx.example")
    #expect(identify(from: from) == Caller(number: number("0311111111"), displayName: "UNKNOWN"))
  }

  @Test func `texts of a carrier can be added, in any case and width`() {
    let own = CallerIdentification(trusted: [], texts: ["ＧＲＡＹ Phone": .payphone])
    let from = NameAddress(displayName: "gray phone", user: "anonymous", host: "x")
    let invitation = Invitation(origin: .trunk("pbx"), called: "8000", from: from)
    #expect(own.caller(of: invitation, read: readNumber) == Caller(anonymity: .payphone, isVerified: false))
    var grown = CallerIdentification(trusted: [])
    grown.texts["Gray PHONE"] = .payphone
    #expect(grown.caller(of: invitation, read: readNumber) == Caller(anonymity: .payphone, isVerified: false))
  }
}
