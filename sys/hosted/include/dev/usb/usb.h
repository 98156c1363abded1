/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dev/usb/usb.h: words of the Universal Serial Bus: descriptors and requests,
 * as far as drivers of interfaces use them.  [USB 2.0, 9]
 */

#ifndef _HOSTED_DEV_USB_USB_H_
#define _HOSTED_DEV_USB_USB_H_

#include <sys/types.h>

/* On the wire: bytes, the low one first. */
typedef uint8_t		uByte;
typedef uint8_t		uWord[2];
typedef uint8_t		uDWord[4];

#define UGETW(w)	((uint16_t)((w)[0] | (w)[1] << 8))
#define USETW(w, v)	((w)[0] = (uint8_t)(v), (w)[1] = (uint8_t)((v) >> 8))
#define USETW2(w, h, l)	((w)[0] = (uint8_t)(l), (w)[1] = (uint8_t)(h))

typedef struct {
	uByte		bmRequestType;
	uByte		bRequest;
	uWord		wValue;
	uWord		wIndex;
	uWord		wLength;
} __packed usb_device_request_t;

#define UT_WRITE		0x00
#define UT_READ			0x80
#define UT_STANDARD		0x00
#define UT_CLASS		0x20
#define UT_VENDOR		0x40
#define UT_DEVICE		0x00
#define UT_INTERFACE		0x01
#define UT_ENDPOINT		0x02
#define UT_READ_DEVICE		(UT_READ | UT_STANDARD | UT_DEVICE)
#define UT_WRITE_ENDPOINT	(UT_WRITE | UT_STANDARD | UT_ENDPOINT)

#define UR_CLEAR_FEATURE	0x01
#define UR_GET_DESCRIPTOR	0x06

#define UDESC_DEVICE		0x01
#define UDESC_CONFIG		0x02
#define UDESC_STRING		0x03
#define UDESC_INTERFACE		0x04
#define UDESC_ENDPOINT		0x05

typedef struct {
	uByte		bLength;
	uByte		bDescriptorType;
	uByte		bDescriptorSubtype;
} __packed usb_descriptor_t;

typedef struct {
	uByte		bLength;
	uByte		bDescriptorType;
	uWord		bcdUSB;
	uByte		bDeviceClass;
	uByte		bDeviceSubClass;
	uByte		bDeviceProtocol;
	uByte		bMaxPacketSize;
	uWord		idVendor;
	uWord		idProduct;
	uWord		bcdDevice;
	uByte		iManufacturer;
	uByte		iProduct;
	uByte		iSerialNumber;
	uByte		bNumConfigurations;
} __packed usb_device_descriptor_t;

typedef struct {
	uByte		bLength;
	uByte		bDescriptorType;
	uWord		wTotalLength;
	uByte		bNumInterface;
	uByte		bConfigurationValue;
	uByte		iConfiguration;
	uByte		bmAttributes;
	uByte		bMaxPower;
} __packed usb_config_descriptor_t;

typedef struct {
	uByte		bLength;
	uByte		bDescriptorType;
	uByte		bInterfaceNumber;
	uByte		bAlternateSetting;
	uByte		bNumEndpoints;
	uByte		bInterfaceClass;
	uByte		bInterfaceSubClass;
	uByte		bInterfaceProtocol;
	uByte		iInterface;
} __packed usb_interface_descriptor_t;

#define UICLASS_UNSPEC		0x00
#define UICLASS_AUDIO		0x01
#define UISUBCLASS_AUDIOCONTROL	1
#define UISUBCLASS_AUDIOSTREAM	2
#define UISUBCLASS_MIDISTREAM	3
#define UICLASS_VENDOR		0xff

typedef struct {
	uByte		bLength;
	uByte		bDescriptorType;
	uByte		bEndpointAddress;
	uByte		bmAttributes;
	uWord		wMaxPacketSize;
	uByte		bInterval;
} __packed usb_endpoint_descriptor_t;

#define UE_ADDR			0x0f
#define UE_DIR_IN		0x80
#define UE_DIR_OUT		0x00
#define UE_GET_DIR(a)		((a) & 0x80)
#define UE_GET_ADDR(a)		((a) & UE_ADDR)
#define UE_XFERTYPE		0x03
#define UE_CONTROL		0x00
#define UE_ISOCHRONOUS		0x01
#define UE_BULK			0x02
#define UE_INTERRUPT		0x03
#define UE_GET_XFERTYPE(a)	((a) & UE_XFERTYPE)

#define UF_ENDPOINT_HALT	0

/* Words of 16 bits in the longest string descriptor, and bytes of it as text
 * with its NUL. */
#define USB_MAX_STRING_LEN	127
#define USB_MAX_ENCODED_STRING_LEN (USB_MAX_STRING_LEN * 3)

#endif /* !_HOSTED_DEV_USB_USB_H_ */
