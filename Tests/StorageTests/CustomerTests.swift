import Directory
import Storage
import Telephony
import Testing

@Suite struct `Customers in the database` {
  private let folder: Folder
  private let database: Database

  init() throws {
    folder = try Folder()
    database = try folder.open()
  }

  private let yamada = Customer(
    id: "c-1", name: "山田 太郎", reading: "ヤマダ タロウ", romaji: "Yamada Taro", numbers: ["+819012345678", "+81312345678"],
    notes: "VIP", attributes: ["plan": "gold", "支店": "渋谷"])

  @Test func `a customer is found by each number, whole`() async throws {
    try await database.save(yamada)
    #expect(try await database.customers(with: number("+819012345678")) == [yamada])
    #expect(try await database.customers(with: number("+81312345678")) == [yamada])
    #expect(try await database.customers(with: number("+81312345679")) == [])
    #expect(try await database.allCustomers() == [yamada])
  }

  @Test func `all who share a number are found, in the order of their ids`() async throws {
    let family = ["c-3", "c-1", "c-2"].map { Customer(id: $0, name: "\($0)", numbers: ["+81312345678"]) }
    try await database.save(family)
    #expect(try await database.customers(with: number("+81312345678")).map(\.id) == ["c-1", "c-2", "c-3"])
  }

  @Test func `a number written twice finds her once`() async throws {
    try await database.save(Customer(id: "c", name: "n", numbers: ["+81312345678", "+81312345678"]))
    #expect(try await database.customers(with: number("+81312345678")).count == 1)
  }

  @Test func `saving again replaces all of her and nobody else`() async throws {
    let other = Customer(id: "c-2", name: "鈴木", numbers: ["+819000000002"], attributes: ["a": "b"])
    try await database.save([yamada, other])
    var moved = yamada
    moved.name = "山田 花子"
    moved.numbers = ["+819099999999"]
    moved.attributes = ["plan": "silver"]
    try await database.save(moved)
    #expect(try await database.allCustomers() == [moved, other])
    #expect(try await database.customers(with: number("+819012345678")) == [])
    #expect(try await database.customers(with: number("+819099999999")) == [moved])
  }

  @Test(arguments: hostileTexts)
  func `any text comes back as it was`(text: String) async throws {
    let customer = Customer(
      id: CustomerID(rawValue: text), name: text, reading: text, romaji: text, numbers: [text, "+81312345678"],
      notes: text, attributes: [text: text])
    try await database.save([yamada, customer])
    let found = try await database.customers(with: number(text))
    #expect(found == [customer])
    // String equality is by canonical equivalence: the bytes must be the same, too.
    #expect(found.first.map { Array($0.name.utf8) } == Array(text.utf8))
    #expect(try await database.allCustomers().count == 2)
  }

  @Test func `ten thousand customers are found by number, while others are saved`() async throws {
    let customers = (0..<10_000).map {
      Customer(id: CustomerID(rawValue: "c-\($0 + 100_000)"), name: "n\($0)", numbers: ["+8190\($0 + 10_000_000)"])
    }
    try await database.save(customers)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in stride(from: 0, to: 10_000, by: 50) {
        group.addTask {
          let found = try await database.customers(with: number("+8190\(index + 10_000_000)"))
          #expect(found == [customers[index]])
        }
        group.addTask {
          try await database.save(Customer(id: CustomerID(rawValue: "new-\(index)"), name: "x", numbers: ["+81"]))
        }
      }
      try await group.waitForAll()
    }
    #expect(try await database.allCustomers().count == 10_200)
    #expect(try await database.customers(with: number("+81")).count == 200)
  }
}
