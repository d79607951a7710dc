// A key that everybody knows and that opens nothing: only the stand-in takes what it signs.
const pkcs1 = [
  "MIIEowIBAAKCAQEA7bVv6DFyjnMVL1R2C03PyN7/MRcU5PJsSX5spKnKxfaSDNiP1/1cc4UbS3ojXWAyc2+dEL24V6NNUbdsyBNM0sBZyk7iEl",
  "piwVnbQK9RV5Nx20WpkG0jXk2qAJbqsHDSAMUdjrNWWi89d6JsFcHOYIjDRZSrn4D2hIMAlZSP3livnM7ZppWYUwichMC1GethxX2waEhIsB7r",
  "P+8js/9oPC6aNoxgZ6WwZvNi6u6mqMKfmgCs8BCjCy9TXvHGPSDQjVXc3W1CdEOkFjAB7ekgT+nTIJ6EfGT2HE25TL4MoXrQjPEsNg6MBHveSL",
  "M3CsnQI8J8AyOF6C8q8UlXYcoRUQIDAQABAoIBAAEHTEF4X80UHEUK9/MI8leFl/vy1C5AqoVnorGUcr44KLX9pKMwC2OsUXO6Vr91XmiDlM3V",
  "DVBzQl8SdKn5s+cUShsrC9U9nwBkSrOhIpBnANrMlo0LfNgATOZRYNj0NwNl9vCWb+7mVg0vxqkSMGn4Y4RoPhUbyC1G+hRbmwMAs/iGJevJpr",
  "LXUaM+LgR7SyCPqB1A+fD6sHzOJHGfvGvbFGRuBvhflCpevkLqYlB/uC3Yi0N47X9Lgz2ikSlfxZItoUFuTjdVWd1iXBd8CqE+MjX/gwEvdqaz",
  "Zcij8cIOyvRm8mzrfinm8psnbj/rFThyr68Z+/FVcHhkNntGf8ECgYEA/w1gBSCqm75OsyrHIlFwk6T6+uMHe0r76onOHKG1OzoaaLM/Mh7As8",
  "q3l7nfPHzNrJNOjq4fFGevWR9K22z0gzHZDN2Tg/soOUy2X+pVonVFv8nix7GEitMCyBpIclqN5rrQQq/iRrwVdCX9pKAWTJD0OiIkirbGvkzs",
  "oTMNw8ECgYEA7peQSIjJbRlsAgKDA+HfUAkevCWH8oGgS9Fgu3KATYnzBGu7aZ7l96J3X2O2HLFte0o0TfpzIuRETdmVYiYOOIZ4o+7eLoU79v",
  "W8PGudxUHGB1BwPQmmZHrYo6KKAd8Owc8Ous/Etjo/7OSqQtMgLQvO/AwQ0/kIdARmwdEWcZECgYBvYZvpIVbgJL+hprDH3+DV2Vpxbeu6gAh7",
  "aCrGfify8XDPAFg8vwlQetqqO9WtSKNZFgtca9XOx2jf9rZuFKrDEGXFJI5jOK9cNo/+WwuCoswO8U9D/dXv+i5gzHmO1tTZSgPg24ZpdYG480",
  "5NMkwKq9K8AGUM3rz0JgvAadc9AQKBgF5uyKGc2jR/MludSOO5e5x+75ZCOIuIOLypc2Ldj+Cgr/nY9gV46cZYnGy513OF2jJJDWirrvRpaotx",
  "igmdzFUdDBS+T1wUScaWPlmfsoNHZCyy7qmJ7zynzqT9iSfydDHLVSYlY9NIPNLzMlxemcaafOMPl31+fJUGxPEDY6GxAoGBANKAkNoWyCqy17",
  "eJgsejVNfZ2ekNTXWKCS2HWM7oIrj5pmjZq1+MJ0KFqvTcVU6nhljkqJVA7U36ikvep/A11LfNZ61mFNZUdtRnJX8PBMNxISoyKPBBVLOhmgYC",
  "aubo6Ze7sJfEf+ZJiHK1U5WR7N8MS1z13A9JexngEYBjUzj1",
].join("")

/** The private key of the stand-in's GitHub App, in the form in which GitHub hands it out (PKCS#1). */
export const emulatorPrivateKey = pem("RSA PRIVATE KEY", pkcs1)

function pem(label: string, base64: string): string {
  return [`-----BEGIN ${label}-----`, ...(base64.match(/.{1,64}/g) ?? []), `-----END ${label}-----`, ""].join("\n")
}
