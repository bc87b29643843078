using EdgeSync.Signing.Keys.Hardware;

namespace EdgeSync.Signing.Tests.Keys;

public sealed class HardwareKeyAddressTests
{
    [Theory]
    [InlineData("tpm2:handle:0x81000100")]
    [InlineData("tpm2:handle:0x81ffffff")]
    public void TryParse_PersistentHandle_IsAKeyOfTheTpm(string text)
    {
        Assert.True(HardwareKeyAddress.TryParse(text, out var address, out _));

        Assert.Equal(("tpm2", true, null, text), (address.Provider, address.IsTpm, address.PinFile, address.ToString()));
    }

    [Theory]
    [InlineData("pkcs11:token=site;object=ledger?pin-source=file:/etc/edgesync/pin")]
    [InlineData("pkcs11:id=%01;serial=ab%20c;type=private?pin-source=/etc/edgesync/pin")]
    public void TryParse_TokenUri_NamesTheFileOfThePin(string text)
    {
        Assert.True(HardwareKeyAddress.TryParse(text, out var address, out _));

        Assert.Equal(("pkcs11", false, "/etc/edgesync/pin", text), (address.Provider, address.IsTpm, address.PinFile, address.ToString()));
    }

    [Theory]
    [InlineData("", "no key in hardware")]
    [InlineData("ledger.key", "no key in hardware")]
    [InlineData("file:/etc/ledger.key", "no key in hardware")]
    [InlineData("TPM2:handle:0x81000100", "no key in hardware")]
    [InlineData("tpm2:", "no persistent key")]
    [InlineData("tpm2:0x81000100", "no persistent key")]
    [InlineData("tpm2:handle:81000100", "no persistent key")]
    [InlineData("tpm2:handle:0x80000001", "no persistent key")]
    [InlineData("tpm2:handle:0x82000000", "no persistent key")]
    [InlineData("tpm2:handle:0x181000100", "no persistent key")]
    [InlineData("tpm2:handle:0x81000100?pass", "no persistent key")]
    [InlineData("tpm2:object:/etc/key.pem", "no persistent key")]
    [InlineData("tpm2:handle:0x81000100 ", "a character")]
    [InlineData("pkcs11:object=a\n?pin-source=file:/p", "a character")]
    [InlineData("pkcs11:object=é?pin-source=file:/p", "a character")]
    [InlineData("pkcs11:object='a'?pin-source=file:/p", "a character")]
    [InlineData("pkcs11:", "does not choose a key")]
    [InlineData("pkcs11:token=site?pin-source=file:/p", "names no key")]
    [InlineData("pkcs11:object=?pin-source=file:/p", "does not choose a key")]
    [InlineData("pkcs11:object=a;object=b?pin-source=file:/p", "object twice")]
    [InlineData("pkcs11:object=a;slot-id=1?pin-source=file:/p", "does not choose a key")]
    [InlineData("pkcs11:object=a;type=public?pin-source=file:/p", "other than private")]
    [InlineData("pkcs11:object=a", "has to end with ?pin-source")]
    [InlineData("pkcs11:object=a?pin-value=4321", "holds the PIN itself")]
    [InlineData("pkcs11:object=a?pin-source=file:/p&pin-value=4321", "holds the PIN itself")]
    [InlineData("pkcs11:object=a?pin-source=file:/p&module-path=/m.so", "has to end with ?pin-source")]
    [InlineData("pkcs11:object=a?module-path=/m.so", "has to end with ?pin-source")]
    [InlineData("pkcs11:object=a?pin-source=pin", "no plain absolute path")]
    [InlineData("pkcs11:object=a?pin-source=file:pin", "no plain absolute path")]
    [InlineData("pkcs11:object=a?pin-source=file://host/pin", "no plain absolute path")]
    [InlineData("pkcs11:object=a?pin-source=|command", "no plain absolute path")]
    [InlineData("pkcs11:object=a?pin-source=file:/p%20q", "no plain absolute path")]
    public void TryParse_AnythingElse_IsRefusedWithoutShowingThePin(string text, string expected)
    {
        Assert.False(HardwareKeyAddress.TryParse(text, out var address, out var problem));

        Assert.Null(address);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("4321", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_LongText_IsRefused() =>
        Assert.False(HardwareKeyAddress.TryParse("pkcs11:object=" + new string('a', 1100) + "?pin-source=file:/p", out _, out _));
}
