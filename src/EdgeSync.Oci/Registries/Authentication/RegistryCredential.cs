using System.Net.Http.Headers;
using System.Text;

namespace EdgeSync.Oci.Registries.Authentication;

/// <summary>What a registry, or the token server that it names, is shown. Never appears in text.</summary>
public sealed record RegistryCredential
{
    private RegistryCredential(string? userName, string? password, string? identityToken, string? registryToken)
    {
        UserName = userName;
        Password = password;
        IdentityToken = identityToken;
        RegistryToken = registryToken;
    }

    internal string? UserName { get; }

    internal string? Password { get; }

    internal string? IdentityToken { get; }

    internal string? RegistryToken { get; }

    /// <summary>User name and password.</summary>
    public static RegistryCredential FromPassword(string userName, string password)
    {
        ArgumentException.ThrowIfNullOrEmpty(userName);
        ArgumentNullException.ThrowIfNull(password);
        return new RegistryCredential(userName, password, identityToken: null, registryToken: null);
    }

    /// <summary>A refresh token that the token server turns into access tokens (<c>identitytoken</c> in docker's configuration).</summary>
    public static RegistryCredential FromIdentityToken(string identityToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(identityToken);
        return new RegistryCredential(userName: null, password: null, identityToken, registryToken: null);
    }

    /// <summary>A bearer token that is sent to the registry as it is (<c>registrytoken</c> in docker's configuration).</summary>
    public static RegistryCredential FromRegistryToken(string registryToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(registryToken);
        return new RegistryCredential(userName: null, password: null, identityToken: null, registryToken);
    }

    /// <summary>A mask; never the secret.</summary>
    public override string ToString() => $"{nameof(RegistryCredential)} ***";

    internal AuthenticationHeaderValue? ToBasicHeader() => UserName is null
        ? null
        : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{Password}")));
}
