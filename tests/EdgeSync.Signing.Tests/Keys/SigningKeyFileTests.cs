using System.Security.Cryptography;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Keys;
using EdgeSync.Testing;

namespace EdgeSync.Signing.Tests.Keys;

public sealed class SigningKeyFileTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("päss wörd")]
    public async Task SaveNew_ThenLoad_IsTheSameKey(string? password)
    {
        await SigningKeyFile.SaveNewAsync(TestKeys.First, _folder["a"], password, CancellationToken.None);

        using var loaded = await SigningKeyFile.LoadAsync(_folder["a.key"], password, CancellationToken.None);
        var trusted = await VerificationKeyFile.LoadAsync(_folder["a.pub"], CancellationToken.None);

        Assert.Equal(TestKeys.First.PublicKey, loaded.PublicKey);
        Assert.True(trusted.Verify("m"u8, loaded.Sign("m"u8, SignatureScheme.Envelope), SignatureScheme.Envelope));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["a.key"]));
        Assert.Equal(password is null ? "PRIVATE KEY" : "ENCRYPTED PRIVATE KEY", LabelOf(_folder["a.key"]));
    }

    [Theory]
    [InlineData("a.key")]
    [InlineData("a.pub")]
    public async Task SaveNew_NameTaken_ReplacesNothing(string taken)
    {
        await File.WriteAllTextAsync(_folder[taken], "precious");

        var failure = await Assert.ThrowsAsync<StorageException>(
            () => SigningKeyFile.SaveNewAsync(TestKeys.First, _folder["a"], null, CancellationToken.None));

        Assert.Equal(("AlreadyExists", _folder[taken]), (failure.Reason, failure.Subject));
        Assert.Equal("precious", await File.ReadAllTextAsync(_folder[taken]));
        Assert.Equal([_folder[taken]], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task Load_AccessibleToOtherUsers_IsRefused(UnixFileMode extra)
    {
        await SigningKeyFile.SaveNewAsync(TestKeys.First, _folder["a"], null, CancellationToken.None);
        File.SetUnixFileMode(_folder["a.key"], UnixFileMode.UserRead | extra);

        var failure = await Assert.ThrowsAsync<SigningException>(() => SigningKeyFile.LoadAsync(_folder["a.key"], null, CancellationToken.None));

        Assert.Equal(SigningReasons.KeyExposed, failure.Reason);
        Assert.Contains("chmod 600", failure.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "there is no password")]
    [InlineData("wrong", "the password is wrong")]
    public async Task Load_WithoutTheRightPassword_IsRefused(string? password, string words)
    {
        await SigningKeyFile.SaveNewAsync(TestKeys.First, _folder["a"], "right", CancellationToken.None);

        var failure = await Assert.ThrowsAsync<SigningException>(
            () => SigningKeyFile.LoadAsync(_folder["a.key"], password, CancellationToken.None));

        Assert.Equal(SigningReasons.KeyPasswordWrong, failure.Reason);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong\"", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EC PRIVATE KEY", "openssl pkcs8")]
    [InlineData("ENCRYPTED SIGSTORE PRIVATE KEY", "cosign")]
    [InlineData("PUBLIC KEY", ".key file")]
    [InlineData("SOMETHING", "edgesync key new")]
    public void FromPem_OtherForm_HintsWhatToDo(string label, string words)
    {
        var pem = PemEncoding.WriteString(label, [1, 2, 3]);

        var failure = Assert.Throws<SigningException>(() => SigningKey.FromPem(pem, "k", null));

        Assert.Equal(SigningReasons.KeyUnusable, failure.Reason);
        Assert.Contains(words, failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_MissingFile_NamesIt()
    {
        var failure = await Assert.ThrowsAsync<SigningException>(() => SigningKeyFile.LoadAsync(_folder["no.key"], null, CancellationToken.None));

        Assert.Equal(SigningReasons.KeyUnreadable, failure.Reason);
        Assert.Contains(_folder["no.key"], failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_Folder_IsReportedAsOne()
    {
        var failure = await Assert.ThrowsAsync<SigningException>(() => SigningKeyFile.LoadAsync(_folder.Path, null, CancellationToken.None));

        Assert.Equal($"cannot read the file '{_folder.Path}': it is a folder, and a file is expected", failure.Message);
    }

    [Fact]
    public async Task ReadPassword_File_IsItsFirstLine()
    {
        await File.WriteAllTextAsync(_folder["pw"], "secret\nnot this\n");

        Assert.Equal("secret", await SigningKeyFile.ReadPasswordAsync(_folder["pw"], CancellationToken.None));
    }

    [Fact]
    public void ToString_PrivateKey_DoesNotShowIt()
    {
        var pem = TestKeys.First.ToPem(null);

        Assert.Equal($"private key of {TestKeys.First.PublicKey}", TestKeys.First.ToString());
        Assert.DoesNotContain(pem[30..60], TestKeys.First.ToString(), StringComparison.Ordinal);
    }

    private static string LabelOf(string path)
    {
        var pem = File.ReadAllText(path);
        return pem[PemEncoding.Find(pem).Label];
    }
}
