public import Directory
public import Telephony

extension Database: CustomerSource {
  /// Everybody with this canonical number, ordered by id.
  public func customers(with number: PhoneNumber) async throws(StorageError) -> [Customer] {
    let canonical = number.canonical
    return try await lookingUp.perform { connection throws(StorageError) in
      var customers = try connection.rows(
        """
        SELECT DISTINCT c.id, c.name, c.reading, c.romaji, c.notes
        FROM customer_numbers n JOIN customers c ON c.id = n.customer WHERE n.number = ? ORDER BY c.id
        """, [.text(canonical)], Self.customer)
      for index in customers.indices {
        let id = Value(customers[index].id)
        customers[index].numbers = try connection.rows(
          "SELECT number FROM customer_numbers WHERE customer = ? ORDER BY position", [id]
        ) { $0.text(0) }
        for (name, value) in try connection.rows(
          "SELECT name, value FROM customer_attributes WHERE customer = ?", [id], { ($0.text(0), $0.text(1)) })
        {
          customers[index].attributes[name] = value
        }
      }
      return customers
    }
  }

  /// All customers, ordered by id.
  public func allCustomers() async throws(StorageError) -> [Customer] {
    try await listing.perform { connection throws(StorageError) in
      var customers = try connection.rows(
        "SELECT id, name, reading, romaji, notes FROM customers ORDER BY id", [], Self.customer)
      let places = Dictionary(uniqueKeysWithValues: customers.enumerated().map { ($1.id.rawValue, $0) })
      for (id, number) in try connection.rows(
        "SELECT customer, number FROM customer_numbers ORDER BY customer, position", [], { ($0.text(0), $0.text(1)) })
      {
        if let place = places[id] { customers[place].numbers.append(number) }
      }
      for (id, name, value) in try connection.rows(
        "SELECT customer, name, value FROM customer_attributes", [], { ($0.text(0), $0.text(1), $0.text(2)) })
      {
        if let place = places[id] { customers[place].attributes[name] = value }
      }
      return customers
    }
  }

  /// Writes or replaces one customer; durable when it returns.
  public func save(_ customer: Customer) async throws(StorageError) { try await save([customer]) }

  /// Writes or replaces these customers, all or none; durable when it returns. Others stay as they are.
  public func save(_ customers: [Customer]) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in
      for customer in customers { try Self.write(customer, to: connection) }
    }
  }

  private static func write(_ customer: Customer, to connection: Connection) throws(StorageError) {
    let id = Value(customer.id)
    try connection.run(
      """
      INSERT INTO customers (id, name, reading, romaji, notes) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, reading = excluded.reading, romaji = excluded.romaji, notes = excluded.notes
      """,
      [id, Value(customer.name), Value(customer.reading), Value(customer.romaji), Value(customer.notes)])
    try connection.run("DELETE FROM customer_numbers WHERE customer = ?", [id])
    for (position, number) in customer.numbers.enumerated() {
      try connection.run(
        "INSERT INTO customer_numbers (customer, position, number) VALUES (?, ?, ?)",
        [id, Value(position), Value(number)])
    }
    try connection.run("DELETE FROM customer_attributes WHERE customer = ?", [id])
    for (name, value) in customer.attributes {
      try connection.run(
        "INSERT INTO customer_attributes (customer, name, value) VALUES (?, ?, ?)", [id, Value(name), Value(value)])
    }
  }

  private static func customer(_ row: borrowing Row) -> Customer {
    Customer(id: row.name(0), name: row.text(1), reading: row.text(2), romaji: row.text(3), notes: row.text(4))
  }
}
