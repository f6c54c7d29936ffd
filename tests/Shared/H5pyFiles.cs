using System.IO.Compression;

namespace ExperimentRunner.Tests;

/// <summary>
/// Small models (2 inputs, kernel [1, 2], bias 0) in files that h5py wrote, in forms that Keras itself does not write, or that no
/// good file has.
/// </summary>
internal static class H5pyFiles
{
    /// <summary>Arrays in one piece.</summary>
    internal static byte[] Plain { get; } = Unpack(
        "eNrtms1O20AQgHedECwEKEhIQFsU16eqjfirKiEupSq0qYRKVDggIRSWeCEWxqGxw49QVI70DXrkyLGP0cfoY/RG1/uTZFchRKCqrZjvsvbuenYynhl7x/laWHo3NPBo" +
        "ACXYNkqjLGrnWnKV18/V+LZssWwvZHtlqf4+PjYu+7NSvpPSL1z/tLycnFwbNBWRAmwEPEQKy2+KSbuhuwP6YenzDqoeDUrH1N+rxFGbXy7ecd0R6a+mXw+ignTfYTTK" +
        "vHKf1khUOqK1yK+GrH8CY35ltqmDrcVJps2ZMZe3KI9tLm+HlPdp6N0qZ6BNjqXpNcTlCHuUq+Guv4d60MvCLXkp3p/qGL8/M+L8BPUWv5XHEL8Qv634VU+Zi4w+zzOe" +
        "J4V7rqvit5CWfphR8bsh1xlkcTKOAnJKa6WQHNAIiThBneMEY00/rZXOne4SN9+f6M/Jm+xy2f9n7aJ4/3Z1BbctrOUnxtzU7KupGZFbmvmGEdMwqtZ2g+pxK1c08wfj" +
        "zC0HJIq4Rd0Fx12jn+s0jH0SuHnHFfmI9Z+5akKU9PO7ELHTTfP6D+FhPV5Jho3rd0hcrpT8ZLgUVchhMnszrAdB3pnbYlO9+JT3uUxXEr+cSy5XQn230cg75lJL7KfR" +
        "G7T0kv566MeJkrPsmJRj/4jELOknw4EfUlJjUrcajZYvtNtV3cc+pOdDb3rHJ9HCTMawszfNniwhDRZm9PtWHIacAgAAAAAAAAAAAPTO2sfVJcyrjgInbdQZjLoJ0Jnb" +
        "6p+/cvp+H3jYcbbRb8TZhGjP+8FW3WjWcw17DaKKtOcQr+eKL0Ctgu5t9VxV39TqnPJmZdShPO/jMrBW31V6bU9KvXK95YXic9Fm4dY+SMz6vyPby5w+T1SHETKrwSp/" +
        "zN8zH81P6vJMPwY6o/7foAyHZUa46TtRio0nxyNOTn4bcNCYjca+IJVbbD5uWZb8pCTkpXDRFTPShgYX/6BVzl+ju39yBwAAAADgv9znWs33ysWn3eerfc+3F2C77u+V" +
        "z0Rr6ftVbOxb7/+euS7fM81K1clftcdv7d4DVQ==");

    /// <summary>Arrays in pieces: shuffled, gzipped, with checksums.</summary>
    internal static byte[] Compressed { get; } = Unpack(
        "eNrtmk9PE0EUwGd2S9sgkJKYACrpuiejDX9KNIR4gNBqTVAa4UBCtF26W3bDssXulj8hVY/4DTySeOHIwQ/g0Y/Bx/CGs7sz3c6kpVViovJ+l9n5s2+nb957O/O2nwq5" +
        "Z8ODdwaRTzKJYiiF2rmkXDzh66y/TEtMyxNankmsfSDoG6ftKSpfkfkb11/n837lUqA1ESogiYCbSCG/VPTLDd4c0HeJH7db0w27dGBY26bnttnl4m8+d5Taq2jXQ6hA" +
        "zXcE3SZWuWPUNbe0b9Rdq+aQ9gmMgztTrTkkOT+JtxkzDuQt0utkIG9Lq+wYjt5TzmCbHImb13AgJ9RHpeZUrW3Ux7wkHMmTg3a5o/9exMP6IerPf8274L/gv5H/srfM" +
        "SZwfpwvvk8I1n8v8txCjdhhn/rtBnzNE/GQc2dqRUS852q7hotBPUGc/wZibH1dS445d4Tfn9/j3ZDe9nCb+rF4Yz5dXV3Dbg7n4RMhOzT6emgljSyveEDzDcWv1ql07" +
        "iGJFK34QjtWKrbluoFF1QVHXjHcNw/EszVYzihrGI9J+rLIBrt8erIJLqpvi/S+cvYa34ncL929pXsUsWX53yTW1PX/0ptOw7YySfUOG6t5R0KaSuWreXNa/nQm11GYz" +
        "o4iPypGfZnSZpe63NxzL8yc5S661imftax4J+n63bTmGVidS3zSbkS2065Wt4wDi46E+vWVp7sJMXNCzPk3eLI5hL8zw61YcgZgCAAAAAAAAAAAA9M/aq9UcDrKOIUpM" +
        "yDMIeROgM73ynz/S/HkfuNl+tpEQ/GwiLD8mQFdX0crnCvoaQibV53CQzw2/AEUJ3V75XJbf5PKcdLHi7JLWBwIZmMvvsnmVJ+m80v3FheLDsEzB0t5IxPy/QsvTND8u" +
        "zA4jJGaDWfyYv2Y8mp/k5Yl2DHSG/b+BKQ7TiNDtO5FM+v3rUSVNvw0oaCyJxj4gFluSQb8kSfSTUihPxkU1HBETZnDy1+nk8G2lbJ4nEF5G3+ovlfd+vbxHOnJo6evT" +
        "L3mwGgAAAAD4H8+5UmtfuXj/6vHs3PP5EeiO31fGhX3lg7CU+PMqFs6tv7zPDP+mhG6hYnCBZSYvGZxwXbNRrdpG2/9YwnbdqNqaF7XLdCXJWK9iGvW5LELc/lWSzzLR" +
        "FHG0kVX60od/jvbtSjxH9zo3r6u8neEu43RV1D9fxsAkAQAAAAAA/gl+AhT5KMs=");

    /// <summary>Numbers of 64 bits, the greatest byte first.</summary>
    internal static byte[] BigEndian { get; } = Unpack(
        "eNrtmk9P2zAUwO20lIgBKtIkYBtqyGnaKv6NSYgLnQZbJ6FRDQ5IaCqmMTQipKxJ+SNUbUf2DXbkyHEfYx9jH2HH3ZgT223tlbYamjap73dxYjsvr8/vvcQv/ZxffTUy" +
        "9GAIRZgmSqI0auVGcJ1Vz+X4rmixaC9Fe23I/oF4bEL0p4V8K6FeuPVubS06udFoKCIEmAjoR/JrLwpRu626A/pmqPOOKg71iqfUPSiHQYtf5v7wvmPCX3W/HkZ54b6j" +
        "6D7zykNaJUHxhFYDt+Kz/kmM4yvTDR1MJU5SLc6MY3k5cWzG8vZI6ZD6Tlc5Qy1yDEWvkVgOt0ep4u+7B6gHvQzclJeI+xNt4/d7ip+fod7it/wQ4hfitxm/8ilzmVLn" +
        "OdrzJH/H+8r4zSeFH6Zk/G6L+wyzOJlAHjmn1aJPjmiAeJyg9nGCsaKf0grnTnaIm6+P1OfkbXa5Gvy7dpG8frmxjlturOQnxsLM/POZOZ5bGvmGEVI/qFT3vcppM1c0" +
        "8gfjwi55JAhii9rLlr1JP9SoH7rEs7OWzfMR67+w5YQg6o9XIWCnO/r1b/zjWrgeDWvX75GwVC660XAxKJPjaPaOX/O8rLXwnk11wvO4z2a6kvDZQnS5FOra9XrW0m+1" +
        "yn4avUVLJ+qv+W4YKTnPjkkpdE9IyJJ+NOy5PiVVJvV9vd70hVa7ynUcQGo+dGb3XBIsz6U0Ozuz7MniU295Tl23wijkFAAAAAAAAAAAAKB3Nt9urOK46sixklqdQaub" +
        "AO3pVv/8mVH3+0B/x9n2oBZnk7z9NAi26kSjnqvZaxiVhT1H4nou/wLULOh2q+fK+qZS5xSLlZKH4nwgloGV+q7Ua3dK6JXpLS8UnvA2DUvbl+j1f0u0Vxl1Hq8OI6RX" +
        "g2X+WLpjPlqaUuXpfgy0R/6/QRoOi4xw23eiBBuPjsesjPg2YKFxE41/RDK3mPG4YRjikxKXl8AFm89Iahpc/nc2WfnB2xy4BwAAAAD00T7XaLxX5qY7z5f7ni9PwXad" +
        "3ysf89ZQ96tY27f+9p45vSLWIocW76HFm0S398wtu/2O9Oyf2uMXNuME0g==");

    /// <summary>Arrays packed by LZF, which h5py brings along.</summary>
    internal static byte[] Lzf { get; } = Unpack(
        "eNrtm89PE0EUx2d227LBQiAxAVTSdb14QED8EcKFEkF7MELEAwkhZWmn7IZli90tqKSRI/4HHjl69ObRq0f+AA/8Gd5wdnam3ZmU0kiMxL7PZXZmZ95OXt/7TvO2/VRYfD7Q" +
        "f6sfRRgGSqEhlOScc/ZU7ov7m7zFvD3m7RdNjKfZvVE+PsTtm7q88M3rpaWoc67Q3Ag3YCCgFyksLaxE7ZocDuiHJs/brZaJVzwg7rYTBom4zP/hc4d5vKpxnUUFHr6D6CaN" +
        "yh1Ss4PiPqkFbtWn42MYs5VDzT0YUp6kE8GMmb08vzaYvS27tEP88qV2+hN2NGlfA8xO7I9S1a+426iLfX1L2NPZuN42f88ycf8d6i5/nduQv5C/rfwVp8xxRp5XVs6TwhWf" +
        "K/K3kOJxmBH5u8afk6V5Moo8+z2pFX17lwQozhPUPk8wlvYntTy4Ux3y5usd+Zy8yC8nfX/XL4IXz5Zf4sSDJX2izEw+npzm2tLUG0pI/KBaq3jVg5ZWNPWDcmiVPDsImEet" +
        "OdNaJW/rxA9d27MmTCvWIzp+aIkJQTTOPoWAdtfV9Yv0eeSCpeVovO67YbTyIb3essOSU3T9vXpYDBx7L5q17tc9b8Kc2aD37VLo7tshVepouef6xK5ZjcZGo4FSip/Lij+E" +
        "fpWntlw7mJvOKH4pT9GTwCfe3LTs55NB0AAAAAAAAAAAAADg37H6ankRs6pjjJlS6gxK3QRoz2X1z185uX4A9HaerfUpeTYWt0d94KtONOu5ir+yyOH+HGD13PgNUKuge1k9" +
        "V9Q3pTon/7Ay4pL308wGluq7Yl+b43xfue50YcUCXehl1Pq/yduTnDxPrSrH1eeWfsxeUY9mx2U9UuMYaA+m6oATjsPoftxqsq5gRV9EX6cKEl0Pmzn+7sFEIwYa+YiE1hjs" +
        "vha/TkI3aKREF1gX9gymRIFTr1Q80nx/gRoGewflfaiwbjSexi2d0ble0TVhySG1RzNCh2JF0zX9873WljE3kVC8TnGlNWedPunsP7Gf/F2IJfX7JG5zbmQTMdSO0wdyX423" +
        "FLgWAAAAAADgv+MIzefz3xfmwRMAAAAA0BuI/1u16pFxJe6i3613XX/UNP4Td14fxD95pUmtKB1fK3/8BstdCzw=");

    /// <summary>An array that may grow along one axis.</summary>
    internal static byte[] Growing { get; } = Unpack(
        "eNrtVs1P1EAUf/2gaZqCCy6yetCm0UQDwkq4uAcRWXSJHyRyEoKbsh2gUrq47YKEbPSIJ4zxQuLBm1eNB/0XvBjFeCGGhJMx8STeNNGZdmbZXRdQL2KcX9LpzJt5b977vdeZ" +
        "3s2kzzdqhzRJVYHhO4WeiMZJKk+/GXk/lElfFY1Xa9J05fMlFgNYFaJlKbpcEwFLWltA3jJZNt0LIEETxMnkNCpYfnYOFXwn78FBQQBsLXwiiyqIuG2IuiGIXD9NTKiRiXEr" +
        "N408e1tlrUKZjPUzRLkxUp7J28jN5vLehDO5rYXnFRaksD3WfnyzPh23xJZKHhl2IoQQqIuR+WuUQEUnLgg2onI4DLtgaePt+lB/5mL9/ZUEsdcYhTuPnMmpwO+lSVt9trmP" +
        "aOqXSXg6JiYO4FoLqJD1rBnkY17gZ14EDNhKSflNecJxQvvg10/1WXpAYn4ccQmdv1I011nSsG+R/7s4x4hj78oyUFiXjsP6glbxdc8fJFXZTzZWcSV7yE0l39GolGYiVsYd" +
        "y08lhxXqRQf8FtZernzbIam0SOJ0y3sLK8thAFgoHMWhi1s0CDUfOBtLcRCajSNhvgAMaFOh7TahBMcmSeoBnEkRJMynLBuyHNM2ZKr4EPY07udulAb6MmmcY0OOydpu6xlP" +
        "LLwTDZTTjyc/D/QNngMoR06PRjlRzej/jqUry+vl6sNfab0TYsdq01Rc5bKgJqozAU/gn8OHlacv9ryTF/qHLoWJiVUniVY+dHf2dCZrT1CMAHl+vjDh5ucrr0R6TWIsmjnX" +
        "8v3wfDZThjmMbhaRFziWa3YYZnTXYvmiyRb4RB5eOD4ejtbqp/F+aBtVm8iLnhMQzVO4P24Fuams480Wg6w/Zc2SVaNe0XU7jO4xPG/lAmfOCvDfBlF3HQ9ZBbNUGiuVygXH" +
        "eLBr+GB/SXZXdKgrNbzYXewOqOb5URNwcHBwcHBwcHBwcHBwcPxF3OnFzVnS+wH1L1SC");

    /// <summary>An array that may grow along both axes.</summary>
    internal static byte[] GrowingBoth { get; } = Unpack(
        "eNrtmU9IFFEcx38zs47DOtpqK1qHWoaiJUU3EaI9JOliGxlCCRGi67gzuoPjrO7M+gdZuhYdKujSrVtXoUOXDl2CIAgxOtRB8BBdoovdOtR7M++567ZqdSnr94HZmfm99/u9" +
        "9/u+38wb2Nvp1GBj+GhYUhTgfGNAPLhPMPvL9Y/3h9Opq2Ls9XtppvL4EokArAtBtyTrHhaBWFpbIFQOyVH7ACRogihtnDELuptZMAuulXfgiCAAieYfQUQFRPJbF1z6ULt6" +
        "joZQghCTenbGdIxdncMVzvRePU+dGwPn2bxh2pls3pmypneN8LQiguT/nuyIb9WWY0lsqdSRs5cgVEBVDMLfYALKKp2CYJjMDsdgH25tvtkYHkhfrj2+3E7jNQbpLprWdM5z" +
        "+9iirT/ZOkQ91Ss0PZUIEwWw9WWzkHH0WdMlusCPuggEKC/J9pnpRPKEjktfP9VW6QHN+XGgJXT9TNGM80Ujcwvmv8/kuHD8XFkGMr9k9359Qau41vsbiyofpgMrpJId004m" +
        "3rKs5GZqlict3U0m6uvYLDrhl8j3vrD3WFRWJFE25L3lh3f9BIhROEFSF8syCFUPOEeKgtAcO+6vF0AM2hRou0klIblJUoMKAglCR/F7KG1kZUWQiL6hOqqeEd8Msch34G/i" +
        "1LulV/0j6RQ00GnSp8eIk/RYSXBVInLk+rZipLJqVfWeCoUVsjIhob29XPU+q3DgePZ5/gMg/w8XB4aH/CKP7Cx4/q7q6ertSlS/QQme6bj5wpSdX6zcEtk2SVjRsrbuuv77" +
        "WUvGtGvmfNF0PEu3tc6YFuy1xL6i8Q4utfsbjktuR6v9U2Q8cxdXg9qLjuVRzzPkelL3srmM5cwVvYyb0+dor1GnaNudsZ4x0q5nPWtB98jXBnW3LcfUC1qpNFYqbT+8XAej" +
        "Sg/+lWR0By91uUoXo5vvATt1ftSEtYYgCIIgCIIgCIL8OZbGsxO51XoQBuA5vZ6YI8YUXEBlEARBEOTfpX9kaBAagP11pdbso+5oFapaT5/dWEMdEQRBEOQg8R2Jk1is");

    /// <summary>A file behind 512 bytes that are its user's own.</summary>
    internal static byte[] Behind { get; } = Unpack(
        "eNrtmk1PE0EYx2e2pd0QICUhoaik63oxkZRKPJBexNhqD0aIeCAhpCzdgW5YttjdAoY0csRvwLFHjt78Cn4MP4Y3nJ2XtjMpLwGNxD6/y+zMzluefZ7/bJ8tQsAw87VSejM+" +
        "+mCUVUwTJVGG3zB4cSE4z6t1OX5TlFiUp6I8N2T7CLuXFe0ZMb+VUAd+/FAux5ULje5GxQQmPLKhpFJ+tRKXa6o7oB+G2m+v4RK/eki8nXoU9vnl0i3XnRT+qvv1GKoI951A" +
        "U9Qrd0nTCasHpBl6jYC2z2DMRma6ezCVOBnpc2bM5lsS1yabb8up7ZLAvXae0b55DGVf42webo9aI9j2dtAN9vW9b74Ea08MjN+fKV4/QjeL3/pDiF+I3178ZuR5kVL7udp5" +
        "UrnjujJ+K0nhhykZv2tinTEaJ1nkO59Jsxo4eyREPE7Q4DjBWNmfUgrnTl4RN98eqefkZXbppP+uXSRvXy+/w30LK/pEWci/yBd6rwNcbygRCcJGc9tvHPa0oqsflGO75jth" +
        "yCxqFy17lXxqkSDyHN+es2yuR7T92JYdwridPYWQVtf18SW6HrlkqBu3twIvikc+p9dbTlSrV71gvxVVw7qzH/daD1q+P2ctbND7Ti3yDpyIKnU83PcC4jTtdnuj3UZJzc6u" +
        "Zg+pX+78lueExUJKs4s7T0+CgPjFgmrnzgRoAAAAAAAAAAAAAPDvWH2/XMIs68ixklqeQcubAIO5Lv/5K6fmD4DhjrO1tBZnM7w8SYOtrqKbz9XsNYbqwp7jLJ/LvwD1ErrX" +
        "5XNlflPJc4qHlZKXoj7C5sBKflfua3NW7Ct3M11YsUEXhhk9/2+JspNT++lZZZ597unH4h31aHFW1SPdj4HByP83SMNh9JSXhqorWNMXWU9QBYmvJ62c+PZgoWkTTX9BUmtM" +
        "dt8wDPGJiStOAp89GawcR/fgnDO6unj27Or+cvdLj8GXVE5eotv/bQEAAAAAgP/ivTKr/F7Ff+w9siPeI5PaDk7vlT1+Azob7gA=");

    /// <summary>The latest format, with more links and attributes than fit a header.</summary>
    internal static byte[] Latest { get; } = Unpack(
        "eNrtmwtsFEUYgP+9612vxx0tpUDL87jyaGkp9+j1BVIoZy3ybkklNHBse0s5e71C71posIIPHi0vjQaDYCIkQMKzgBJAShWMQhSMxUhExYoGJUQTwCAPFWdmd693uyye" +
        "RhOQ+S+9mft2/n//md3Zmfk721TkLDTqe+vVOh2IcleQRCf/2yLwtZm7Z0wpcharTHVt6qrQv1/i4gDaGb5YnlBcrwJEesRDVKdJUQz5AGroCgn4YBVXy/pd9Vyt31Pj" +
        "gySGAWSN/PEWdaBC31o+SwRzQy42oeNNlLMVVZzPraisD1HGvw2jsbKRV66ucXNeV0WNb66nUtGCium0oCbf1o+NmfdujkWhVe87glfqHyWcPh5/D0nifzVHC61VAP+C" +
        "pN2yD5gyrmgCfw5po2sTcZWMfHUXcp7KeQF/vnDR2g9cj4X/ShRa6d5e8m0HM/4zb6DwrvM4dSkSlwqmFzn5+78bIu4U8VFgRB9emlKHvPUQXG3lPmHAfYJxL8/gS3/Q" +
        "/Gvlg1uPwrHoeoBOrxJYvZZP4850PfYw9b7CsU70vNujEby382mCkF4o9n37kNSjpORxOCQ8ytHAAXfxSZkDAJPwGHF42eDDpMgeYQxgohm4RS7eH9mOjnB7pK9pcF/r" +
        "QvqavjfPU9GHl14Tjh4pLBpfEBw8sCQKA0fimPDBW5S40/M23qcWT4ybMpEMAXGdIyuIoy0SW4bVkWHhB00QB1IkAc7nr6md661ZGDokCsMkksXmCi/r97t8bDVnzjOZ" +
        "S7gFdZwv4GG95nSTmR9rEV9sFgv4MfeyDWgWgH6WSfXH++bXBSbiwxL9cjZQMc/lwYdd/nnsfFy6zFfn9aabbLNQUXeggTAz8pUN2G1YXTTqMTc2ppukp3KiqnEKXrox" +
        "r/N5AthJK8qzFQFPPRtAExd82OvxcWwtsjqrsZFvB2HQD7arW0g1Er5I0u5SHq3AdQo8RoHrFXgXBW5Q4EYF3lWBxyrwOAXeTVI/94hyD+vPs8RL6uEegWaPPs6bZwm/" +
        "ry1GoEKFChUqVKhQoUKFChUqD3ZQ5UGM8xQXTSVLcFVwwRriS7OwyBcDQcFFa1R4mhrhGaM6wy3CutiE0pZokbyz0N5RWIIjgWLoVSVJOy1NRStqU9DOaMFGMoSnC9qu" +
        "agumTywEzXhXnRbOIpQAvpd2dIfJKNsdlq5sGQLvkuzCmYNTYSTJxpzong4bGVx2dnvVKAgQuuyrpfkwVo1DB7nrNo2DHipcQL2jzQl7SdnrRb3Hwx1yioJhhhLwE7ry" +
        "VHUNXCVld19bsxg0apxtP310Cawgdrc2bGuCFJJ1Tf6mCbKJWvRrN1ZDMsmunxuzDoYTtfhhs9bB66TsF9eq18E0Yrfn8n7roYFkk1d9uAE4kv2J7bsJUkl24J7RmyCW" +
        "GDu7fdpWSCLGyiZP3QlfkwLHdh3cC4+RbFXzqRY4Qcq+mMrshyskmz497SD8QOp2bYXqEJwjdF9BRiuwxJ07RscxOEUs7CpddRw2k+xnM3q/D2+TbIaq7XOYQNSSTz7Z" +
        "AbuJ2vOOkg5wEXrxt6cvwRpSdo116BXoQQq0pg28CytIgTMdaePok4C6RF2iLlGXqEvUJeoSdYm6RF2iLlGXqEvUJeoSdelRdOlVvE37khCNFDY83n+b9mxxm3QCAL9j" +
        "mGyT8kMSA/Jt0gzDSCORoRuv48Ws8Jvf4zN/W8WP/6AFtd3wibX8riCw8Ra13THUiVuCDCMFL9L/Xgsay6vW4obEUV+dUtQ3WtiyJO7tk0Z7g8Yij/pGhUd9U1CaOEpk" +
        "549UjeCjvuKZGQhPw6O+KcEjrBD17QPh6bmMpeUk6quDelwyG1cOoH3jcBXoQsC10Qt6wvch4Grr6TRowpc4hwcXtA0sFKs6S8wc1uqBT6ETXCi9WAV9QkoYgKmB3SFG" +
        "NS2bN0J+CPgktXoL9MQ2JvHAf3vkdqgIMfrsPv1+EuYVQentzVfgvRDHinfNvXFMc/l3+o+e+0V9GWCYBCD9V3pPqROA6WYaINyaJuilg15LUE6DOqFar0MdNIox2CU3" +
        "fsvD1w59GhNf4HNL89HXGHpnUKFChQoVKo/YXGgQmgupOtcyjGRNE9HcSE3mRipQozlVlFovvusEbz747VB5+aP6wiJnQfDVVSJf7j9SqUbTdrIWJC/q/MVSUDqVZEKW" +
        "frjJ1KDl37/11QQ4i+KLt6FqGqmaNSI1rVTNFpFatFTNHpGaTqqWGZFajFTNEZGaXqqWFZFaF6ladkRqBqlaTkRqRqlabkRqXYladMjljuw2iZXpRXafxNFnYDCIhPt/" +
        "8D1D1FBzNrz8FAMxdb46P+d22Rx5g8VeHWRZp+Use84QGcu5Lme5y4dKmd2SlCJj1l1yZstPlTF7u5xlcsNkzHFTzrJWpclYdv90GcvZJ2e5zuEiY9znhv9Prj+S5vPm" +
        "1QzohHpaOJVYTRFZb8qQbZVaiuwlUVKU2UcjRY7vZChrp1aKsiFRinJekaFcfV/pVbJa3pAzq6WfjNlOyJm9tL+MZV6WM8czA2QsK9YkY9lb5CzHMVDGck/KmM1SZpYx" +
        "689yZnsuWcbsCYNkLHO7wOBPGCgnxw==");

    /// <summary>A kernel that is a soft link.</summary>
    internal static byte[] SoftLink { get; } = Unpack(
        "eNrtWs1OGzEQtjchrBCgICEBbVG2e0JtxF9VqcqlVIU2lVCJCgckhIKTNWTFsqHZDT9CUTnSN+iRI8c+Rh+jj9Eb9a7tTWyRkApVrZT5pMhrezwexjNje8zX4uq7sZFH" +
        "IyiCaaI0yqJO3Arc5NW67N8TJRbllShvDNk+FPdNi/as4G+l1IFbn9bWosqthkQQwcBEgEFEce1NKSq3RX1OlD8Mle6o7lCvfErdg1oYsDr1Anpaow2q2elin/NOCHvV" +
        "7XoUFQW/cTTJrPKQNkhQPqGNwK37rH0G43hkNpnTVObPdBgzjvmtiG8z5lch1UPqO/fyGengYyhyjcV8uD6qdX/fPUB9yGXgNr9U3J66039/Znj9DPXnv7XH4L/gv23/" +
        "lbvMVUalczQ/LT5wXum/xbSww4z0320xzyjzk2nkkXPaKPvkiAaI+wm6208wVuRTSmHc6R5+8/2Juk9208v18N/Vi8T7txvruGNiJT4xLM8vvZxf5LEliTcMIfWDemPf" +
        "q5+2Y0USPxgu7KpHgiDWqF2w7E36uUn90CWenbdsHo9Y+4UtCYKoPV6FgFV39PEf/ONmuB51a+MrJKzWym7UXQ5q5Dii3vGbnpe3lncZqROex202k5WEL5aj4ZKpa7da" +
        "eUufapX9abSLlE7U3vTdMBJyiX2TauiekJAF/ajbc31KGozrbqvVtoVOvcp1HEJqPHQWKi4JCosZTc/OAttZfOoVtA2rNA4xBQAAAAAAAAAAAAAA/WPz48YqZrd7maf4" +
        "9rw3vbyvWmktH6HlVwYN9+U/f+VU/QEG0c9wsv7bw5r/zPDychh01QtJPlfT1yiqCX2Oxflc/gLUTujel8+V+U0lzykWKyM/RX0o5oGV/K6Ua29WyJXrLy6UnvEyC0s7" +
        "kNDz/zLNe51T6Xh2GCE9G7ygPXDKeDL3h/Ho1aw6XrdjwN2Q/98gFYdFROj2TpRi/dH3hJUTbwMWmjLR1BckY4sZ9xuGIZ6UOL8ULtmcIq1JcPUfauXyNf8BAAAAAAAY" +
        "nHuukZwrV572ppf3HnkvkvcvC86V2rmSn+ixod5XsXZvffg5c0ucM/VM1dk/1cdvT6oTvg==");

    /// <summary>A kernel that is a link into another file.</summary>
    internal static byte[] ExternalLink { get; } = Unpack(
        "eNrtmk9P2zAUwJ20hKgCVNAkYH/ULMetaoEJaeLUabB1EhrV2AEJoWIaQyJCypoUhlA1juwb7LjjjvsY+xj7GLsxx3/a2mqhYps0ife7OP737D77vcTP/VxdfTWZu59D" +
        "KbaNsiiP+rkS5ItqXtbvitQQ6aVIv5myfIzVzYnyvJDvZNSO79+traWZK43uRIQAGwF3kerai1qabqnbAf0w1XZHTY+E9VMSHPhJ3LcvK7ccd1rsV31fT6Cq2L5T6B7d" +
        "lYekheP6CWnFQTOi5fOGwXrmu3OwFTux+jazweRVxLPN5O3hxiGJvBvl5PrkmMq8Jpkcro9GM9oPDtAI8zKNnrwMK88MtN+fFs9/RKPZr/8A7Bfst2e/8i1zaantPO19" +
        "Uv3DcaX9VrNiH1rSfrfEOBPUTuZQiM9Iqx7hIxIjbidosJ0YhjI/JRWbO3uN3Xx/qL4nh+nl6/i/1Yvk9cuNdaNvYMU/UZZKi8ulBe5buv6GkpAobrb2w+Zpz1d0/Qfl" +
        "3G2EOI6ZRt0Vx90kH9okSgIcukXH5f6Ilp+7skGclrNViGl2W+//JjpuJ+tptdZ/DycNvx6k1fXYx8dp6+2oHYZFZ2mHNvWSM1bm0rni5NlS2l0KDdxOp+joQ63Sn0aG" +
        "zNJLy9tRkKSTXKTPuJEEJzihTj+tDoOI4BaVutPp9PZCv17lOo4h1R965b0AxysLlqZnr0zfLBEJVxbUdatNgU8BAAAAAAAAAAAARmfz7caqwaKOHCerxRm0uAkwmJvi" +
        "n78K6nkfuNt2tjWu2dk8Ty/GQVfX0Y3navqaQL7Q5ySL5/IboF5A96Z4roxvKnFOsViWfBT5MTT8XvPLU54f9V6k9gT8wl1maPy/oLbj0eG/F//X/dHzR6o/2hX5iwKs" +
        "0XVIPyAVZwiPMOyeKEPr0+dppyDuBhw0a6PZT0j6FpvVm6YprpS4vIxRc3mLrDaDS1gEAAAAAAD+q3Nu5THo5DaY3ZPl4JNjTnwnSiz53YksflTQFG/R70xWb1ds+Y+S" +
        "GYTKJGmUm4lPWiV/GZUP0W+0lxar");

    /// <summary>A kernel whose numbers lie in another file.</summary>
    internal static byte[] ExternalData { get; } = Unpack(
        "eNrtWlFP2zAQttOSRghQkSYB21CzPE1bRQvTJMQT02DrJDSqsQckhIppDI0IKWtSGELV9sj+wR555HE/g5/Bz9gbc2I7ra0CFWzSJO57udg+Xy7nu4t9yY/K0rvR4cfD" +
        "KIZloSzKo15cCVwW1bYc3xIUC3oq6Lkh+4eSsUnRnxfy7Yw68fOn5eW4caUhVUQIsBDgIaKy/KYa03XVHdCFofLtN13q146ot9uIwh6/XLzjfceFv+p+PYIqwn3H0CPm" +
        "lXu0RcLaIW2FXjNg/VMYJzPzqQ6WEidmjzPjRN6iuLYSedukvkcD91Y5wz1yDEWv0UQOt0e9Gex4u2gAvQzclZdJ+jN94/fS5O2vaLD4bTyB+IX47cavfMucmiqfq71P" +
        "Kve8r4zfSlb4oSnjd13cZ4TFySTyyTFt1QKyT0PE4wT1jxOMFf0UKpw7e0Pc/Hqqvievs8tZ7t/aReL929UV3HNjJT8xzM3Mvp4p89yS5huGiAZhs7XjN4+6uSLNHwwn" +
        "Tt0nYZhY1FmwnTX6pU2DyCO+U7Qdno9Y/4kjGcK4P1mFkDU39PkfgoN2tBIPa/O3SVRv1Lx4uBY2yEHMvRG0fb9oz20yVjc6TvocpiuJXs3F06VQz+l0irZ+qyX2aPQa" +
        "Ld24vx14UazkLLsm9cg7JBFL+vGw7wWUtJjUzU6n6wu9dpXrOITUfOiWtj0SLpRNzc5uib1ZAuovlNV1q45BTgEAAAAAAAAAAAAAwOBY+7i6hJOqI4ed1eoMWt0E0B+3" +
        "1T9/F9TzPuBhx9l6TouzKU6/58BWNyGt52r2GkENYc/RpJ7LvwB1C7q31XNlfVOpc4rFMuWlaA8lMrBS35V6bU0LvQqD5YXqC07zsLQPEnr93xb0rKDy8eowQno1WOaP" +
        "+Xvmo/lpVZ7ux4D+kP83SMNhkRGu+06UYePx9bhdEN8GbDRhoYlvSOYWKxk3DEN8UuLyMrjqcI6spsEpLAIAAAAAAID/4JxrpPvKxWc388tzz8+XYDt1X2lq+8rnnBrq" +
        "eRVr59a77jNzTD4W8+Nzwbn431evV1kplftSeaLVOSt/1R7ynDSpPedFUeUr0aheOiBheMT/tPkDlHgRTw==");

    /// <summary>A kernel put together from another file.</summary>
    internal static byte[] Virtual { get; } = Unpack(
        "eNrtms1P1EAUwKftUhpkzWJMAJVs7cnohgUMCeGEEXRNiBDRhISQpWwH2mzp4rYLErLRI949eOTI0f/Aq3+GRy9ePHnDaWdm25ksH4EYibzfZTpfr7Nv3nvtvO7Hyuyz" +
        "fN+dPhRjGCiHCijLMeOoJNZ5/xorFVYesPJI5e09Sd8Qay8w+aYmTnz9am4urhxLdBbCBBgIuI5U5p4sxuWyaA7omyqO22o42K/uYm/TjcKMXc5c8L4DzF5lu+5HFWa+" +
        "N9FtYpV13LTD6g5uhl4jIO3DipLMLHTWYAh+omeMWUnkzbBrI5G3btfqOHDOlNOXkaMK68oncqg+ao1gw9tE51iXqqTytKRd6+q/33Vaf4fO57/uXfBf8N/Uf/lT5kAX" +
        "xznS86Ryyfty/63kmB3q3H+X2X36iZ8MId/ew81qYG/hEFE/Qd39RFGE9QklM+7cKX7z5Z74nDxJL4e9f1cvnOdPF+aVzI2F+ESYGB2fHB2jsaUTbwgRDsJGc8Nv7Kax" +
        "ohM/CPtWzbfDMNGoNW1aS/htCweRZ/tWybRoPCLt+xYfEMbtyS6EpLoiz38RbLei+bhbmr9uRzW36sXd1dC1t+PRK0HL90vmxCoZ6kR7SZtF1mpHjyfi6VyoZ7XbJVO+" +
        "1Sz5afiEVTpxeyvwoniR4+TarkXejh2RoB93+16A7SaRutpup7aQ1Svfxx4kxkOnvO7Z4fSYLunZKZMnS4D96TFa52bxBkmCyziqlRuRi5uj7iSqs+CdombqQ1I9K+fX" +
        "jZ+fMs0/8hC7AAAAAAAAAAAA/geWXi7MKknWkWLmpDyDlDcBunNW/vN3UTzvA9fbz5Z7JT8bpuWHXtDVaXTyuZK++pHL9JlP8rn0C1Ca0D0rn8vzm0Kek22Wzi9ZvSeR" +
        "oQj5Xb6utRG2ruL54sLiQ1oWYGuvJXL+32TlYVEcR7PDCInZ4DR+TF0yHk2NiPJkOwa6w//fwBWnsIhw0ncijfTH1wNmkX0bMNGggQbfIx5bjKRfVVX2SYnK05RFi47I" +
        "SSs4gE0AAAAAAOAKnHPVznvlzP3Tx/Nzz+dHoDvxvVKX3isf0FIVz6uKdG69+Hsm3YmcxreOHqxvZf4f2Pqq1RHa/if6+ANv1Qwf");

    /// <summary>A kernel said to have 137 GB, none of it stored.</summary>
    internal static byte[] Bomb { get; } = Unpack(
        "eNrtWl9LG0EQ373E87AqEQpqW8n1nkob/FcK4pOl2qYgNdQ+CCJxza3m8LzY3EUrEtpH+w366KOP/Rj9GP0YfbN7++eSXaKGilBwfi9zuzs7O5mdmdudy/fy8tuRoUdD" +
        "KIXjoDwqoG5cSlyU9LYa35YUS3om6YWl+gf42ITsL0j5bk6f+OnjykrauDSQKSIFOAhwH1FeeV1J6YbuDuiXpfMdNHwaVo9psFdP4i6/XPrHdcekv5p+PYzK0n1H0UPm" +
        "lfu0SeLqEW3GQSNi/ZMY85mFTAdHixO7y5kxl7cknx0ub4fU9mnk3yhnqEuOpek1wuUIe9Qa0W6wh/rQy8IdeTnen+sZv79t0f6C+ovf+mOIX4jfTvyqt8yZrfP5xvuk" +
        "fMt1VfyW89IPbRW/G3KdYRYnEygkJ7RZjcgBjZGIE9Q7TjDW9NOodO78NXHz84n+nrzKLueDd2sXhXdv1lZx18JafmKYn557NT0rckuWbxgSGsWN5m7YOO7kiix/MJx6" +
        "tZDEMbeot+h66/Rzi0ZJQEKv5HoiH7H+U08xxGk/34WYNTfN+e+jw1aymg4b83dIUqtXg3S4GtfJYcq9GbXCsOTObzFWPznhfR7TlSQv59PpSmjgtdsl11xqmf00eoWW" +
        "ftrfioIkVXKOPZNaEhyRhCX9dDgMIkqaTOpWu93xhW67qn0cQHo+9Gd2AhIvztqGnf0Z9maJaLg4q+9bZRRyCgAAAAAAAAAAAAAA+sf6h7VlzKuOAm7eqDMYdRNAb9xU" +
        "//xT1O/7gPsdZxuDRpxNCvptEGx1HbJ6rmGvYVSX9hzh9VzxBahT0L2pnqvqm1qdU26WrR5le4DLwFp9V+m1PSX1KvaXFyrPBS3A1t5LmPV/V9Lzos4nqsMImdVglT8W" +
        "bpmPFqZ0eaYfA3pD/b9BGQ7LjHDVd6IcG0+fx9yi/DbgonEHjX9FKrc4fNyyLPlJScjL4YonOPKGBmewCQAAAAAAAP6De66VnSuXnl7Pr+49P16A7fRzpW2cK58Jaun3" +
        "VXUiNNt9nzPF35TQAzaO+blVrefwG65Pd0OS0OzUmZ1HrZy6ymK5kZKlcif2+Ass7wzZ");

    /// <summary>A kernel of texts.</summary>
    internal static byte[] Texts { get; } = Unpack(
        "eNrtWl9LG0EQ373EeIhKSgtqW8n1nkob/FcK4pOl2qYgNVQfBJG4ya3m8LzY3EUrEtpH+w366KOP/Rj9GP0YfbN7+yfJLkkMlYKQ+b3M7ezu7GR2Zm53Lt8La+8mxh6P" +
        "oQS2jdIoizpxI3Gd19uqf19SLOmlpNeW4o/wvmnJz0r5TkqfuP1pfT1p3BhoKSIF2AgwjCisvykmdEd3B/TL0scd1zwalM6of1iNow6/XP3HdR9IfzX9ehwVpPtOokfM" +
        "K49onUSlU1qP/FrI+DMY85nZlg62FieZDmfGXN6qfLa5vDKpHNHQu1XOWIccS9NrgssR9qjUwgP/EA2gl4Xb8lKcn+oav78zov0FDRa/1ScQvxC/7fhVb5nLjD7OM94n" +
        "hTuuq+K3kJZ+mFHxuyPXGWdxMo0Cck7rpZAc0wiJOEHd4wRjTT+NSudO94mbn0/192Qvu1yN/l+7KLx/u7mBOxbW8hPD0tzi67kFkVta+YYhpmFUqx8EtbN2rmjlD4YL" +
        "txKQKOIWdVccd4t+btAw9kng5h1X5CPGv3DVgCjh812IWHPXnP8hPGnEG0m3Mb9M4kq15CfdpahKTpLRu2EjCPLO0h4b6sXnnOcyXUn8aimZroT6brOZd8yl1thPoz20" +
        "9BJ+I/TjRMlF9kwqsX9KYpb0k+7ADympM6l7zWbbFzrtqvZxBOn50Jsv+yRaWcgYdvbm2ZslpMHKgr5vxUnIKQAAAAAAAAAAAAAAGBxbHzfXMK86Cjhpo85g1E0A3XFb" +
        "/fNPTr/vA4Y7znZGjTibEfTbKNiqH1r1XMNe46gq7TnB67niC1C7oHtbPVfVN7U6p9ysjHqU7REuA2v1XaXX/qzUKzdYXii+EDQLWzuUMOv/jqRXOX2cqA4jZFaDVf5Y" +
        "vmM+Wp7V5Zl+DOgO9f8GZTgsM0Kv70Qp1p88P3By8tuAg6ZsNPUVqdxi837LsuQnJSEvhYuuGJE2NLi8dzYhZfALAAAAAACG755rtc6Vq8/6j1f3nh8vwXb9z5XPBbX0" +
        "+yo27q3tc6Y4Rz7Egtf7XLnt6hLu57nyL8UmAf8=");

    private static byte[] Unpack(string packed)
    {
        using var stream = new ZLibStream(new MemoryStream(Convert.FromBase64String(packed)), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        stream.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
