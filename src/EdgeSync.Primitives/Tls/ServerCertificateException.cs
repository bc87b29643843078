using System.Security.Cryptography;

namespace EdgeSync.Primitives.Tls;

/// <summary>A server's certificate is not trusted; the message says why, in words for operators.</summary>
public sealed class ServerCertificateException(string fault) : CryptographicException(fault);
