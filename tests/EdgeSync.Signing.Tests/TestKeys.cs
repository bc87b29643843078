using System.Security.Cryptography;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Tests;

/// <summary>Keys that the tests share. Each run creates them once, because creating RSA keys takes long.</summary>
internal static class TestKeys
{
    public static SigningKey First { get; } = SigningKey.Create("first");

    public static SigningKey Second { get; } = SigningKey.Create("second");

    public static SigningKey Stranger { get; } = SigningKey.Create("stranger");

    public static SigningKey P384 { get; } = FromAlgorithm(ECDsa.Create(ECCurve.NamedCurves.nistP384), "p384");

    public static SigningKey Rsa { get; } = FromAlgorithm(RSA.Create(2048), "rsa");

    public static SigningKey Named(string name) => name switch
    {
        "first" => First,
        "p384" => P384,
        "rsa" => Rsa,
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    public static SigningKey FromAlgorithm(AsymmetricAlgorithm algorithm, string name)
    {
        using (algorithm)
        {
            return SigningKey.FromPem(algorithm.ExportPkcs8PrivateKeyPem(), name, password: null);
        }
    }
}
