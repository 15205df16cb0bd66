import Numbers
import Telephony
import Testing

private let read = Numbers.reader(country: "JP", defaultArea: "03")
private let readWithoutArea = Numbers.reader(country: "JP")

@Suite struct `Reading Japanese numbers` {
  @Test(arguments: [
    "0312345678", "03-1234-5678", "(03)1234-5678", "03(1234)5678", "０３－１２３４－５６７８", "０３（１２３４）５６７８",
    "03‐1234‑5678", "03–1234—5678", "03―1234−5678", "03ー1234ｰ5678", "03〜1234~5678", "03・1234・5678", "03.1234.5678",
    "03 1234\u{3000}5678", "\u{202A}03-1234-5678\u{202C}", "TEL:03-1234-5678", "Tel. 03-1234-5678", "ＴＥＬ：０３-1234-5678",
    "℡03-1234-5678", "電話番号：03-1234-5678", "03-1234-5678(内線123)", "03-1234-5678 内線 123", "03-1234-5678#123",
    "0312345678;ext=123", "03-1234-5678 ext. 123", "03-1234-5678 x123", "+81312345678", "+81 3-1234-5678",
    "+81(0)3-1234-5678", "＋81 (0)3 1234 5678", "81312345678", "8103-1234-5678", "0081312345678", "010-81-3-1234-5678",
    "010 81 03 1234 5678",
  ])
  func `many spellings are one number`(text: String) throws {
    let found = try read(text).get()
    #expect(found == DialledNumber(number: found.number))
    #expect(found.number.canonical == "+81312345678")
    #expect(found.number.display == "03-1234-5678")
    #expect(found.number.kind == .fixed)
  }

  @Test(arguments: [
    ("0312345678", "+81312345678", "03-1234-5678", PhoneNumber.Kind.fixed),
    ("0451234567", "+81451234567", "045-123-4567", .fixed),
    ("0467123456", "+81467123456", "0467-12-3456", .fixed),
    ("0499212345", "+81499212345", "04992-1-2345", .fixed),
    ("06012345678", "+816012345678", "060-1234-5678", .mobile),
    ("07012345678", "+817012345678", "070-1234-5678", .mobile),
    ("08012345678", "+818012345678", "080-1234-5678", .mobile),
    ("09012345678", "+819012345678", "090-1234-5678", .mobile),
    ("06001234567", "+816001234567", "0600-123-4567", .convergence),
    ("05012345678", "+815012345678", "050-1234-5678", .ip),
    ("0120123456", "+81120123456", "0120-123-456", .freeDial),
    ("08001234567", "+818001234567", "0800-123-4567", .free),
    ("0570012345", "+81570012345", "0570-012-345", .navi),
    ("0170123456", "+81170123456", "0170-123-456", .premium),
    ("0180123456", "+81180123456", "0180-123-456", .premium),
    ("0990123456", "+81990123456", "0990-123-456", .premium),
    ("02012345678", "+812012345678", "020-1234-5678", .machine),
    ("02041234567", "+812041234567", "020-4123-4567", .machine),
    ("02001234567890", "+812001234567890", "0200-12345-67890", .machine),
    ("110", "jp:110", "110", .emergency), ("118", "jp:118", "118", .emergency), ("119", "jp:119", "119", .emergency),
    ("104", "jp:104", "104", .special), ("１７７", "jp:177", "177", .special), ("189", "jp:189", "189", .special),
    ("#7119", "jp:#7119", "#7119", .special), ("＃8000", "jp:#8000", "#8000", .special),
    ("0033-0312345678", "jp:00330312345678", "00330312345678", .carrierAccess),
    ("0910123", "jp:0910123", "0910123", .carrierAccess),
    ("010-1-650-253-0000", "+16502530000", "+1 650-253-0000", .international),
    ("+44 (0)20 7946 0000", "+442079460000", "+44 20 7946 0000", .international),
    ("1001", "ext:1001", "1001", .extension), ("内線1001", "ext:1001", "1001", .extension),
    ("25", "ext:25", "25", .extension), ("80001", "ext:80001", "80001", .extension),
  ])
  func `every class of the plan`(text: String, canonical: String, display: String, kind: PhoneNumber.Kind) throws {
    let number = try read(text).get().number
    #expect(number.canonical == canonical)
    #expect(number.display == display)
    #expect(number.kind == kind)
    #expect(try read(text).get().isRepaired == false)
  }

  @Test(arguments: [
    ("184-03-1234-5678", "+81312345678", DialledNumber.Presentation.withhold),
    ("18603-1234-5678", "+81312345678", .present), ("186-090-1234-5678", "+819012345678", .present),
    ("184+819012345678", "+819012345678", .withhold), ("184 010 1 650 253 0000", "+16502530000", .withhold),
    ("184186-0312345678", "+81312345678", .withhold), ("186-184-0312345678", "+81312345678", .withhold),
    ("184#7119", "jp:#7119", .withhold), ("184104", "jp:104", .withhold), ("1841001", "ext:1001", .withhold),
    ("18421234567", "+81321234567", .withhold),
    ("184110", "jp:110", .present), ("184-186-184-119", "jp:119", .present), ("186118", "jp:118", .present),
  ])
  func `184 and 186 are no part of the number, and never hide who calls for help`(
    text: String, canonical: String, presentation: DialledNumber.Presentation
  ) throws {
    let found = try read(text).get()
    #expect(found.number.canonical == canonical)
    #expect(found.presentation == presentation)
  }

  @Test(arguments: [
    ("312345678", "+81312345678", PhoneNumber.Kind.fixed), ("120123456", "+81120123456", .freeDial),
    ("570012345", "+81570012345", .navi), ("990123456", "+81990123456", .premium),
    ("9012345678", "+819012345678", .mobile), ("6012345678", "+816012345678", .mobile),
    ("5012345678", "+815012345678", .ip), ("8001234567", "+818001234567", .free),
  ])
  func `a lost zero is put back, and that is said`(text: String, canonical: String, kind: PhoneNumber.Kind) throws {
    let found = try read(text).get()
    #expect(found.number.canonical == canonical)
    #expect(found.number.kind == kind)
    #expect(found.isRepaired)
  }

  @Test func `what fits two kinds of number is refused`() throws {
    // 0184-22-3456 without its zero, or 184 in front of the local number 22-3456.
    let text = "184223456"
    let readInAkita = Numbers.reader(country: "JP", defaultArea: "0186")
    #expect(readInAkita(text) == .failure(.ambiguous(text)))
    #expect(try readInAkita("0184-22-3456").get().number.canonical == "+81184223456")
    #expect(try readInAkita("186-0186-22-3456").get().presentation == .present)
    // In Tokyo 22-3456 is no local number: one reading is left.
    #expect(try read(text).get() == DialledNumber(number: try read("0184223456").get().number, isRepaired: true))
  }

  @Test func `a local number needs its area`() throws {
    #expect(try read("2123-4567").get().number.canonical == "+81321234567")
    #expect(try read("2123-4567").get().isRepaired == false)
    #expect(readWithoutArea("2123-4567") == .failure(.areaCodeMissing("2123-4567")))
    #expect(read("212-3456") == .failure(.areaCodeMissing("212-3456")), "seven digits behind 03 are too few")
  }

  @Test func `extensions have the lengths that were configured, and never hide emergency calls`() throws {
    let read = Numbers.reader(country: "JP", defaultArea: "03", extensionLengths: 3...7)
    #expect(try read("212345").get().number.canonical == "ext:212345")
    #expect(try read("1841234").get().number.canonical == "ext:1841234")
    #expect(try read("184110").get().number.canonical == "jp:110")
    #expect(try read("119").get().number.kind == .emergency)
    #expect(read("25") == .failure(.notANumber("25")))
  }

  @Test(arguments: [
    "", " ", "-", "+", "#", "anna", "03-1234-567", "03-1234-56789", "0901234567", "090123456789", "0600123456",
    "06012345", "0501234567", "05001234567", "0200123456", "030-1234-5678", "1", "184", "186", "184186", "1234567",
    "16502530000", "3123456789", "〇三-1234-5678", "03/1234/5678", "03-1234-5678,,1", "03-1234-5678;phone-context=x",
    "sip:0312345678@example.com", "0312345678@example.com", "+81110", "+810110", "#711", "#71190", "*21", "1234-5678",
    "++81312345678",
    "03+12345678", "03-1234-5678 内線", "03-1234-5678 内線1234567890", "内線110", "jp:0312345678", "jp:1100", "ext:110",
    "ext:0312345678", "ext:", "jp:", "xx:110", "JP:110", "+1", "+999123456789", "+8131234567",
  ])
  func `what is no number is refused`(text: String) {
    for read in [read, readWithoutArea] { #expect(throws: NumberFault.self) { try read(text).get() } }
  }

  @Test func `hostile text is refused, and shortened in the fault`() {
    let hostile = [
      "03-1234-5678\u{0}", "\u{0}", "03\n1234\r5678", "\u{1B}[31m0312345678", String(repeating: "0", count: 10_240),
      String(repeating: "184", count: 3000), String(repeating: "１", count: 10_000), String(repeating: "(", count: 90),
      String(decoding: [0x30, 0x33, 0xFF, 0xFE, 0x31] as [UInt8], as: UTF8.self),
      String(repeating: "184", count: 50) + "0",
    ]
    for text in hostile {
      guard case .failure(let fault) = read(text) else {
        Issue.record("taken: \(text.prefix(40).debugDescription)")
        continue
      }
      #expect(fault.explanation.utf8.count < 300)
      #expect(!fault.explanation.unicodeScalars.contains { $0.value < 0x20 })
    }
  }

  @Test func `national and international texts`() throws {
    let spellings = try ["03-1234-5678", "0120-123-456", "110", "#7119", "1001", "+1 650 253 0000"].map {
      try read($0).get().number
    }
    #expect(spellings.map(\.national) == ["0312345678", "0120123456", "110", "#7119", "1001", "+16502530000"])
    #expect(spellings.map(\.e164) == ["+81312345678", "+81120123456", nil, nil, nil, "+16502530000"])
  }
}
